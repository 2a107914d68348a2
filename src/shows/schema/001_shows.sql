-- The first to name a venue says where it is, and in which time zone.
CREATE TABLE venues (
  id        text PRIMARY KEY,
  name      text NOT NULL,
  city      text NOT NULL,
  country   text NOT NULL,        -- ISO 3166-1 alpha-2
  time_zone text NOT NULL,        -- IANA
  place_key text NOT NULL         -- name, city and country, as they are compared
);
CREATE UNIQUE INDEX venues_by_place ON venues (place_key);

CREATE TABLE shows (
  id                text PRIMARY KEY,
  version           bigint NOT NULL,
  last_event_id     text NOT NULL,
  name              text NOT NULL,
  category          text NOT NULL,
  plan              text NOT NULL,    -- scheduled, postponed, cancelled
  venue_id          text NOT NULL,
  venue_name        text NOT NULL,    -- as in venues
  city              text NOT NULL,
  country           text NOT NULL,
  time_zone         text NOT NULL,
  starts_at         bigint NOT NULL,
  ends_at           bigint,
  price_cap_percent bigint,           -- of the face value; null: the configured one
  tickets_available bigint NOT NULL,
  price_from_cents  bigint,           -- of the cheapest available ticket
  has_sales         bigint NOT NULL,  -- 1 from the first sale on
  user_id           text NOT NULL,    -- its maker
  merged_into       text,             -- the show that stands for it
  created_at        bigint NOT NULL,
  name_key          text NOT NULL,    -- the name, as it is compared
  city_key          text NOT NULL,
  day               bigint NOT NULL,  -- the date of its beginning in the venue's time zone, in days since 1970
  over_at           bigint NOT NULL
);
-- Who makes a show once more gets the one that exists.
CREATE UNIQUE INDEX shows_once ON shows (venue_id, day, name_key);
CREATE INDEX shows_by_date ON shows (starts_at, id);
CREATE INDEX shows_by_city ON shows (city_key, starts_at, id);
CREATE INDEX shows_by_category ON shows (category, starts_at, id);
CREATE INDEX shows_new_by_city ON shows (city_key, id);
CREATE INDEX shows_new_by_category ON shows (category, id);
CREATE INDEX shows_merged ON shows (merged_into) WHERE merged_into IS NOT NULL;

-- Copies of the tickets of shows, made from events.
CREATE TABLE tickets (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  show_id     text NOT NULL,          -- as the ticket says; it may be merged into another
  price_cents bigint NOT NULL,
  status      text NOT NULL           -- available, reserved, sold, withdrawn
);
CREATE INDEX tickets_available ON tickets (show_id, price_cents) WHERE status = 'available';
