ALTER TABLE tickets ADD COLUMN lot_id text;  -- shared by tickets that were listed together
