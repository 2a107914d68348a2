CREATE TABLE orders (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  last_event_id text NOT NULL,
  status        text NOT NULL,    -- created, complete, cancelled
  reason        text,             -- of a cancelled one
  user_id       text NOT NULL,
  ticket_id     text NOT NULL,
  ticket_title  text NOT NULL,    -- title and price as they were when the order was made
  price_cents   bigint NOT NULL,
  payment_id    text,             -- of a complete one
  expires_at    bigint NOT NULL,
  created_at    bigint NOT NULL
);
-- A ticket has at most one live order: the whole of the reservation rests on this index.
CREATE UNIQUE INDEX orders_one_live_per_ticket ON orders (ticket_id) WHERE status <> 'cancelled';
CREATE INDEX orders_by_user ON orders (user_id, id);
CREATE INDEX orders_unpaid ON orders (expires_at) WHERE status = 'created';

-- Copies of the tickets, made from events.
CREATE TABLE tickets (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  title       text NOT NULL,
  price_cents bigint NOT NULL
);
