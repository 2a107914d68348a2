-- Each unpaid order from an address has a slot of its own, as each of a buyer has. NULL: made without a
-- limit, or before there was one. An order that was paid or has ended keeps no address.
ALTER TABLE orders ADD COLUMN address text;
ALTER TABLE orders ADD COLUMN address_slot integer;
CREATE UNIQUE INDEX orders_slots_of_address ON orders (address, address_slot)
  WHERE status = 'created' AND address_slot IS NOT NULL;
-- The seller. NULL: the copy is older than this column, and no event of the ticket has come since.
ALTER TABLE tickets ADD COLUMN user_id text;
