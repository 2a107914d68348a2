-- Copies, made from events: whom a mail goes to, and what it names.
CREATE TABLE people (
  id      text PRIMARY KEY,   -- the user's
  version bigint NOT NULL,
  email   text NOT NULL
);

CREATE TABLE tickets (
  id      text PRIMARY KEY,
  version bigint NOT NULL,
  title   text NOT NULL,
  user_id text NOT NULL,      -- the seller
  show_id text
);
CREATE INDEX tickets_by_show ON tickets (show_id) WHERE show_id IS NOT NULL;

-- An order, and what became of its money: the events of both may come in any order.
CREATE TABLE orders (
  id          text PRIMARY KEY,
  user_id     text,           -- the buyer
  ticket_id   text,
  price_cents bigint,
  is_paid     bigint NOT NULL DEFAULT 0,
  is_refunded bigint NOT NULL DEFAULT 0, -- in full
  is_due      bigint NOT NULL DEFAULT 0  -- sold without file or code, and none was given since
);
CREATE INDEX orders_paid_by_ticket ON orders (ticket_id) WHERE is_paid = 1 AND is_refunded = 0;
CREATE INDEX orders_due_by_ticket ON orders (ticket_id) WHERE is_due = 1;

CREATE TABLE shows (
  id          text PRIMARY KEY,
  version     bigint NOT NULL,
  name        text NOT NULL,
  venue       text NOT NULL,
  city        text NOT NULL,
  status      text NOT NULL,  -- scheduled, postponed, cancelled
  starts_at   bigint NOT NULL,
  merged_into text            -- the show that stands for it
);
CREATE INDEX shows_merged ON shows (merged_into) WHERE merged_into IS NOT NULL;

-- Whom a mail is for that does not say so by its address; empty: whom its order says.
ALTER TABLE mails ADD COLUMN user_id text NOT NULL DEFAULT '';
