-- The picture of a show, by the id of its row in posters; null: none was sent.
ALTER TABLE shows ADD COLUMN poster text;

-- A row exists before the files of a poster and until they are erased, so that a killed process
-- leaves no file that is never erased.
CREATE TABLE posters (
  id         text PRIMARY KEY,
  show_id    text NOT NULL,
  unused_at  bigint,             -- since when no show has it; null: the show has it
  is_erasing bigint NOT NULL     -- 1: no show can get it any more
);
CREATE INDEX posters_unused ON posters (unused_at) WHERE unused_at IS NOT NULL;
CREATE INDEX posters_by_show ON posters (show_id);
