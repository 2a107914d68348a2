-- A file or code was given for the ticket, as delivery told at this time: that it is due may be told afterwards.
CREATE TABLE given_tickets (
  id            text PRIMARY KEY,
  last_event_id text NOT NULL,  -- which told of it; empty: none
  given_at      bigint NOT NULL
);

-- The latest change of a show that its holders are told of: who is known to be one afterwards is told then.
ALTER TABLE shows ADD COLUMN change_template text;   -- null: there was none
ALTER TABLE shows ADD COLUMN change_event_id text;
ALTER TABLE shows ADD COLUMN change_details text;    -- what the mail names
ALTER TABLE shows ADD COLUMN changed_at bigint;
ALTER TABLE shows ADD COLUMN merged_at bigint;
ALTER TABLE orders ADD COLUMN ordered_at bigint;     -- null: of an order from before this column was there
