ALTER TABLE tickets ADD COLUMN section text;  -- where the seat is, in the seller's words
