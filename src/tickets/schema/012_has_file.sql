ALTER TABLE tickets ADD COLUMN has_file bigint NOT NULL DEFAULT 0;  -- 1: its buyer gets a file or code
