ALTER TABLE tickets ADD COLUMN section text;
ALTER TABLE orders ADD COLUMN section text;  -- as it was when the order was made
