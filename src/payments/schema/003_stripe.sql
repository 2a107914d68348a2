-- What the payments with Stripe need besides: confirmations by the card's owner, refunds, webhooks.
ALTER TABLE payments ADD COLUMN client_secret text;                         -- while it requires action
ALTER TABLE payments ADD COLUMN captured_at bigint;
ALTER TABLE payments ADD COLUMN refunding_cents bigint NOT NULL DEFAULT 0;  -- asked back, and not refused
ALTER TABLE payments ADD COLUMN refunded_cents bigint NOT NULL DEFAULT 0;   -- given back
ALTER TABLE payments ADD COLUMN dispute_id text;

-- The states of a live attempt are one more now.
DROP INDEX payments_one_live_per_order;
CREATE UNIQUE INDEX payments_one_live_per_order ON payments (order_id)
  WHERE status IN ('authorizing', 'requires_action', 'authorized', 'captured');
DROP INDEX payments_unfinished;
CREATE INDEX payments_unfinished ON payments (retry_at)
  WHERE status IN ('authorizing', 'requires_action', 'authorized');
CREATE INDEX payments_by_stripe_id ON payments (stripe_id) WHERE stripe_id IS NOT NULL;

-- Money on its way back. Stored before the gateway is called.
CREATE TABLE refunds (
  id           text PRIMARY KEY,  -- also the base of the key that the gateway is called with
  payment_id   text NOT NULL,
  order_id     text NOT NULL,
  amount_cents bigint NOT NULL,
  relist       bigint NOT NULL,   -- 1: the ticket goes back on sale
  requested_by text NOT NULL,     -- buyer, operator, or gateway: made in Stripe's dashboard
  status       text NOT NULL,     -- pending, succeeded, failed
  stripe_id    text,
  failure      text,
  created_at   bigint NOT NULL,
  retry_at     bigint NOT NULL
);
CREATE INDEX refunds_by_payment ON refunds (payment_id, id);
CREATE INDEX refunds_pending ON refunds (retry_at) WHERE status = 'pending';
CREATE UNIQUE INDEX refunds_by_stripe_id ON refunds (stripe_id) WHERE stripe_id IS NOT NULL;

-- What Stripe told us, stored before it is answered. The object is fetched again, so no more than
-- its id is kept.
CREATE TABLE webhook_events (
  id           text PRIMARY KEY,  -- Stripe's
  type         text NOT NULL,
  intent_id    text NOT NULL,     -- the PaymentIntent it is about
  object_id    text NOT NULL,
  received_at  bigint NOT NULL,
  attempts     bigint NOT NULL,
  retry_at     bigint NOT NULL,
  processed_at bigint
);
CREATE INDEX webhook_events_waiting ON webhook_events (retry_at) WHERE processed_at IS NULL;
CREATE INDEX webhook_events_by_age ON webhook_events (processed_at) WHERE processed_at IS NOT NULL;
