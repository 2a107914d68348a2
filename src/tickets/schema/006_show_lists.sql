-- What the page of a show lists, by price and by age, and the list of the tickets that are for no show.
CREATE INDEX tickets_of_show_by_price ON tickets (show_id, price_cents, id) WHERE show_id IS NOT NULL;
CREATE INDEX tickets_of_no_show ON tickets (status, id) WHERE show_id IS NULL;
