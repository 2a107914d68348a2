-- Copies of the tickets, made from events, and what delivery has of each.
CREATE TABLE tickets (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  last_event_id text NOT NULL,    -- of delivery's own events; empty: there was none
  user_id       text NOT NULL,    -- the seller
  show_id       text,
  status        text NOT NULL,    -- available, reserved, sold, withdrawn, lapsed
  order_id      text,             -- the order that holds or bought it
  upload_id     text              -- what its buyer gets; null: nothing
);

-- A file, or a code in words, that a seller sent for a ticket. A row exists before the file is stored and until it is
-- erased, so that a killed process leaves no file that is never erased.
CREATE TABLE uploads (
  id          text PRIMARY KEY,
  ticket_id   text NOT NULL,
  digest      text NOT NULL,      -- of what was sent, under a key
  media_type  text,               -- of a file; null: a code without a file
  bytes       bigint NOT NULL,    -- of the file as it was sent
  pages       bigint NOT NULL,
  barcodes    bigint NOT NULL,
  sealed_key  text NOT NULL,      -- the key of its file and codes, sealed; empty: erased
  created_at  bigint NOT NULL,
  unused_at   bigint,             -- since when no ticket has it; null: its ticket has it
  is_erasing  bigint NOT NULL     -- 1: no ticket can get it any more
);
CREATE INDEX uploads_by_ticket ON uploads (ticket_id);
CREATE INDEX uploads_unused ON uploads (unused_at) WHERE unused_at IS NOT NULL;

-- The codes of an upload.
CREATE TABLE codes (
  upload_id    text NOT NULL,
  position     bigint NOT NULL,
  ticket_id    text NOT NULL,
  format       text NOT NULL,     -- qr, aztec, pdf417, code128, datamatrix
  sealed_text  text NOT NULL,
  fingerprint  text NOT NULL,     -- of show, format and text, under a key
  PRIMARY KEY (upload_id, position)
);

-- A code is of one ticket, from its listing until it is withdrawn or lapses; a sold ticket keeps its codes.
CREATE TABLE listed_codes (
  fingerprint text PRIMARY KEY,
  ticket_id   text NOT NULL
);
CREATE INDEX listed_codes_by_ticket ON listed_codes (ticket_id);
