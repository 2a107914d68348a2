-- Copies of the shows, made from events: an order depends on the one of its ticket.
CREATE TABLE shows (
  id                text PRIMARY KEY,
  version           bigint NOT NULL,
  status            text NOT NULL,    -- scheduled, postponed, cancelled
  starts_at         bigint NOT NULL,
  price_cap_percent bigint,           -- of the face value; null: no cap
  merged_into       text,             -- the show that stands for it
  revision          bigint NOT NULL   -- rises with each change of this copy
);
