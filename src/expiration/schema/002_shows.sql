-- A row is of an order or of a show: its beginning, which may move. The version of a show is the newest that came.
ALTER TABLE expirations ADD COLUMN kind text NOT NULL DEFAULT 'order';  -- order, show
