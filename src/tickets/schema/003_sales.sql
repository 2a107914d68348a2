-- What a seller's own lists read.
CREATE INDEX tickets_by_seller ON tickets (user_id, id);
CREATE INDEX tickets_sold_by_seller ON tickets (user_id, order_id) WHERE status = 'sold';

-- Null of orders that were followed before these columns were there.
ALTER TABLE orders ADD COLUMN price_cents bigint;   -- as it is frozen in the order
ALTER TABLE orders ADD COLUMN completed_at bigint;
