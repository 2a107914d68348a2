-- An attempt to pay for an order. Stored before the payment gateway is called.
CREATE TABLE payments (
  id             text PRIMARY KEY,  -- also the base of the keys that the gateway is called with
  version        bigint NOT NULL,
  last_event_id  text NOT NULL,
  order_id       text NOT NULL,
  user_id        text NOT NULL,
  amount_cents   bigint NOT NULL,
  source         text NOT NULL,     -- what is charged: a card token
  status         text NOT NULL,     -- authorizing, authorized, captured, declined, voided, failed
  stripe_id      text,
  failure        text,              -- the gateway's code of a decline or failure
  created_at     bigint NOT NULL,
  retry_at       bigint NOT NULL    -- when an unfinished one is looked at again
);
-- An order has at most one attempt that may still take, or has taken, money.
CREATE UNIQUE INDEX payments_one_live_per_order ON payments (order_id)
  WHERE status IN ('authorizing', 'authorized', 'captured');
CREATE INDEX payments_by_order ON payments (order_id, id);
CREATE INDEX payments_unfinished ON payments (retry_at) WHERE status IN ('authorizing', 'authorized');

-- Copies of the orders, made from events.
CREATE TABLE orders (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  status      text NOT NULL,        -- created, complete, cancelled
  reason      text,                 -- of a cancelled one
  user_id     text NOT NULL,
  price_cents bigint NOT NULL,
  expires_at  bigint NOT NULL
);
