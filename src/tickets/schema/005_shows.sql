ALTER TABLE tickets ADD COLUMN show_id text;             -- of the shows service
ALTER TABLE tickets ADD COLUMN row text;                 -- row and seat as they are printed on it
ALTER TABLE tickets ADD COLUMN seat text;
ALTER TABLE tickets ADD COLUMN face_value_cents bigint;
ALTER TABLE tickets ADD COLUMN restrictions text;        -- in the seller's words

-- Copies of the shows, made from events.
CREATE TABLE shows (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  status      text NOT NULL,    -- scheduled, postponed, cancelled
  over_at     bigint NOT NULL,  -- of a scheduled show
  merged_into text              -- the show that stands for it
);
