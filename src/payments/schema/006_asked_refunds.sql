-- A refund asks delivery for the ticket before money goes back. Null of orders and refunds from before.
ALTER TABLE orders ADD COLUMN ticket_id text;
ALTER TABLE refunds ADD COLUMN answered_at bigint;  -- when delivery let it go on
ALTER TABLE refunds ADD COLUMN reason text;  -- an operator's, who refunds a ticket that was shown

-- Orders whose buyers were shown the ticket, as delivery tells.
CREATE TABLE reveals (
  id          text PRIMARY KEY,  -- of the order
  revealed_at bigint NOT NULL
);

-- The states of a refund that goes on are one more now: asked, before pending.
DROP INDEX refunds_pending;
CREATE INDEX refunds_unfinished ON refunds (retry_at) WHERE status IN ('asked', 'pending');
