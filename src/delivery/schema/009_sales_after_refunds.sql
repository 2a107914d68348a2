-- 1: a refund made the row before the news of the sale came, and not all of the price is back. Of rows from before, none.
ALTER TABLE assignments ADD COLUMN awaits_sale bigint NOT NULL DEFAULT 0;
