-- Orders whose tickets were not given in time, as delivery tells, until all of their price is back.
CREATE TABLE overdue_orders (
  id       text PRIMARY KEY,  -- of the order
  told_at  bigint NOT NULL,
  retry_at bigint NOT NULL    -- when what is left is asked for again, for example because the gateway refused it
);
CREATE INDEX overdue_orders_by_retry ON overdue_orders (retry_at);
