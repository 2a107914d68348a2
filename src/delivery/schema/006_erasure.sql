-- What a buyer gets is erased some time after its show. Copies of the shows, made from events.
CREATE TABLE shows (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  status      text NOT NULL,    -- scheduled, postponed, cancelled
  over_at     bigint NOT NULL,  -- of a scheduled show
  merged_into text              -- the show that stands for it
);
CREATE INDEX shows_merged ON shows (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX tickets_of_show ON tickets (show_id) WHERE show_id IS NOT NULL;

ALTER TABLE uploads ADD COLUMN erase_at bigint;   -- null: that is not known, or it was done
ALTER TABLE uploads ADD COLUMN erased_at bigint;  -- since when it has no key; from then on no ticket can get it
CREATE INDEX uploads_with_end ON uploads (erase_at) WHERE erase_at IS NOT NULL;
-- From here on is_erasing is 0 again once file and codes are gone, too.
CREATE INDEX uploads_erasing ON uploads (id) WHERE is_erasing = 1;
