-- Since when an overdue order is not asked for again, also when delivery tells of it once more; null: it is.
ALTER TABLE overdue_orders ADD COLUMN given_up_at bigint;
DROP INDEX overdue_orders_by_retry;
CREATE INDEX overdue_orders_by_retry ON overdue_orders (retry_at) WHERE given_up_at IS NULL;
