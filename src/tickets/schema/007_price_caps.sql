ALTER TABLE shows ADD COLUMN price_cap_percent bigint;  -- of the face value; null: no cap
