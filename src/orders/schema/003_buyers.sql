-- Each unpaid order of a buyer has a slot of its own, so that no race lets a buyer hold more than the
-- limit. NULL: made without a limit, or before there was one.
ALTER TABLE orders ADD COLUMN slot integer;
CREATE UNIQUE INDEX orders_slots_of_buyer ON orders (user_id, slot)
  WHERE status = 'created' AND slot IS NOT NULL;
-- How often a buyer has let a ticket expire.
CREATE INDEX orders_expired_by_buyer ON orders (ticket_id, user_id, expires_at)
  WHERE reason = 'expired';
