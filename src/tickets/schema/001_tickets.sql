CREATE TABLE tickets (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  last_event_id text NOT NULL,
  title         text NOT NULL,
  price_cents   bigint NOT NULL,
  user_id       text NOT NULL,
  status        text NOT NULL,  -- available, reserved, sold
  order_id      text,           -- the order that holds or bought it
  created_at    bigint NOT NULL
);
CREATE INDEX tickets_by_status ON tickets (status, id);

-- What the orders service told of its orders: how far each one has been followed.
CREATE TABLE orders (
  id        text PRIMARY KEY,
  version   bigint NOT NULL,
  ticket_id text NOT NULL,
  status    text NOT NULL       -- created, complete, cancelled
);
CREATE INDEX orders_live ON orders (ticket_id, id) WHERE status <> 'cancelled';
