-- 1: its seller gives file or code after the sale.
ALTER TABLE tickets ADD COLUMN file_promised bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN file_promised bigint NOT NULL DEFAULT 0;  -- as it was when the order was made
