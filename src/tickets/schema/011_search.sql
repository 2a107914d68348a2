-- What lists read, each in its order.
CREATE INDEX tickets_by_price ON tickets (status, price_cents, id);
CREATE INDEX tickets_of_no_show_by_price ON tickets (status, price_cents, id) WHERE show_id IS NULL;
CREATE INDEX tickets_of_show_by_age ON tickets (show_id, status, id) WHERE show_id IS NOT NULL;
CREATE INDEX tickets_by_seller_and_price ON tickets (user_id, status, price_cents, id);
CREATE INDEX tickets_by_seller_and_show ON tickets (user_id, show_id, id);
DROP INDEX tickets_of_show_by_price;
DROP INDEX tickets_available_of_show;
DROP INDEX tickets_of_no_show_by_id;

-- The title whose terms are in ticket_terms. Null: the ticket is older than that table.
ALTER TABLE tickets ADD COLUMN indexed_title text;
CREATE INDEX tickets_to_index ON tickets (id) WHERE indexed_title IS NULL OR indexed_title <> title;

-- Under which terms (common/base/search_terms.hpp) the titles of tickets and the names of shows are found. A show is
-- renamed without a change of its tickets. Prefixes are read as ranges.
CREATE TABLE ticket_terms (
  ticket_id text NOT NULL,
  term      text NOT NULL,
  PRIMARY KEY (ticket_id, term)
);
CREATE INDEX ticket_terms_by_term ON ticket_terms (term, ticket_id);
CREATE TABLE show_terms (
  show_id text NOT NULL,
  term    text NOT NULL,
  PRIMARY KEY (show_id, term)
);
CREATE INDEX show_terms_by_term ON show_terms (term, show_id);
