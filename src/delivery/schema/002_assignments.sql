-- Which order has which ticket, and whether its buyer was shown it. One row decides both: a reveal and a refund change it
-- by compare-and-set, and only one of them finds it assigned.
CREATE TABLE assignments (
  id            text PRIMARY KEY,  -- of the order
  version       bigint NOT NULL,
  last_event_id text NOT NULL,     -- empty: there was none
  ticket_id     text,              -- null: payments had an older copy of the order
  user_id       text NOT NULL,     -- the buyer
  state         text NOT NULL,     -- assigned, revealed, released
  upload_id     text,              -- what the buyer was shown
  refund_id     text,              -- the latest refund that asked for the ticket
  created_at    bigint NOT NULL,
  revealed_at   bigint,
  released_at   bigint
);
-- What the buyer of one order was shown is shown to the buyer of no other.
CREATE UNIQUE INDEX assignments_one_reveal ON assignments (upload_id);
