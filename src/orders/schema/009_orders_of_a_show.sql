-- Each order of a buyer for a show, paid or not, has a slot of its own, as each unpaid order of a buyer has. NULL: made
-- without a limit, or before there was one.
ALTER TABLE orders ADD COLUMN counted_show_id text;  -- the show, or the one that stood for it
ALTER TABLE orders ADD COLUMN show_slot integer;
CREATE UNIQUE INDEX orders_slots_of_show ON orders (user_id, counted_show_id, show_slot)
  WHERE status <> 'cancelled' AND show_slot IS NOT NULL;
