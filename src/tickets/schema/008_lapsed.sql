-- A listing lapses when its show begins: it keeps its row, in its seller's own list.
ALTER TABLE shows ADD COLUMN starts_at bigint;     -- null: a copy from before this column was there
-- When what is listed for it lapses: its beginning, or that of the show that stands for it. Null: that is done, or the
-- show is postponed.
ALTER TABLE shows ADD COLUMN sale_ends_at bigint;
CREATE INDEX shows_to_close ON shows (sale_ends_at) WHERE sale_ends_at IS NOT NULL;
CREATE INDEX shows_merged ON shows (merged_into) WHERE merged_into IS NOT NULL;

-- What the public list shows.
DROP INDEX tickets_listed;
CREATE INDEX tickets_listed ON tickets (id) WHERE status <> 'withdrawn' AND status <> 'lapsed';
-- What lapses.
CREATE INDEX tickets_available_of_show ON tickets (show_id, id) WHERE status = 'available';
