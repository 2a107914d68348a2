ALTER TABLE tickets ADD COLUMN is_lapsed bigint NOT NULL DEFAULT 0;  -- 1: its show began while it was listed
