-- What calendars say of shows: copies, made from events. No order depends on them.
CREATE TABLE calendar_shows (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  name        text NOT NULL,
  venue       text NOT NULL,
  city        text NOT NULL,
  country     text NOT NULL,
  status      text NOT NULL,    -- scheduled, postponed, cancelled
  starts_at   bigint NOT NULL,
  ends_at     bigint,
  over_at     bigint NOT NULL,
  merged_into text,             -- the show that stands for it
  changed_at  bigint NOT NULL
);
-- The secret addresses of the calendars of buyers: one a buyer, by the digest of its key.
CREATE TABLE calendars (
  user_id    text PRIMARY KEY,
  key_digest text NOT NULL UNIQUE,
  created_at bigint NOT NULL
);
