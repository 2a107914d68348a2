-- A search reads the tickets of one word in the order of the list: ticket_terms has what it compares first. Null: from
-- an older release.
DROP INDEX ticket_terms_by_term;
ALTER TABLE ticket_terms ADD COLUMN price_cents bigint;
ALTER TABLE ticket_terms ADD COLUMN show_id text;
UPDATE ticket_terms SET price_cents = (SELECT t.price_cents FROM tickets t WHERE t.id = ticket_terms.ticket_id),
  show_id = (SELECT t.show_id FROM tickets t WHERE t.id = ticket_terms.ticket_id);
CREATE INDEX ticket_terms_by_age ON ticket_terms (term, ticket_id, price_cents, show_id);
CREATE INDEX ticket_terms_by_price ON ticket_terms (term, price_cents, ticket_id, show_id);

-- The price that is in ticket_terms. What an older release lists or edits meanwhile is indexed again.
DROP INDEX tickets_to_index;
ALTER TABLE tickets ADD COLUMN indexed_price_cents bigint;
UPDATE tickets SET indexed_price_cents = price_cents WHERE indexed_title = title;
CREATE INDEX tickets_to_index ON tickets (id) WHERE indexed_title IS NULL OR indexed_title <> title
  OR indexed_price_cents IS NULL OR indexed_price_cents <> price_cents;

-- The indexes of the lists have all that a search compares: a ticket that does not match is not read.
DROP INDEX tickets_listed;
DROP INDEX tickets_by_status;
DROP INDEX tickets_by_price;
DROP INDEX tickets_of_no_show;
DROP INDEX tickets_of_no_show_by_price;
DROP INDEX tickets_of_show_by_age;
CREATE INDEX tickets_listed ON tickets (id, price_cents, show_id, status)
  WHERE status <> 'withdrawn' AND status <> 'lapsed';
CREATE INDEX tickets_by_status ON tickets (status, id, price_cents, show_id);
CREATE INDEX tickets_by_price ON tickets (status, price_cents, id, show_id);
CREATE INDEX tickets_of_no_show ON tickets (status, id, price_cents, show_id) WHERE show_id IS NULL;
CREATE INDEX tickets_of_no_show_by_price ON tickets (status, price_cents, id, show_id) WHERE show_id IS NULL;
CREATE INDEX tickets_of_show_by_age ON tickets (show_id, status, id, price_cents) WHERE show_id IS NOT NULL;
