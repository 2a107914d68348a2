ALTER TABLE tickets ADD COLUMN show_id text;
ALTER TABLE tickets ADD COLUMN row text;
ALTER TABLE tickets ADD COLUMN seat text;
ALTER TABLE tickets ADD COLUMN face_value_cents bigint;
ALTER TABLE tickets ADD COLUMN restrictions text;
-- As they were when the order was made.
ALTER TABLE orders ADD COLUMN show_id text;
ALTER TABLE orders ADD COLUMN row text;
ALTER TABLE orders ADD COLUMN seat text;
ALTER TABLE orders ADD COLUMN face_value_cents bigint;
ALTER TABLE orders ADD COLUMN restrictions text;
