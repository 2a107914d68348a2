ALTER TABLE orders ADD COLUMN file_promised bigint NOT NULL DEFAULT 0;  -- 1: its seller gives file or code after the sale
