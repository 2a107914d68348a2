-- What the page of a show lists: its available tickets by price. Without this index SQLite reads the available
-- tickets of all shows.
CREATE INDEX tickets_of_show_by_status ON tickets (show_id, status, price_cents, id) WHERE show_id IS NOT NULL;
-- The list of all tickets that are for no show.
CREATE INDEX tickets_of_no_show_by_id ON tickets (id) WHERE show_id IS NULL;
