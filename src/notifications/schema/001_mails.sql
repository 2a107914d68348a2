-- One row for each event, template and person: what has to be said, and what became of it.
CREATE TABLE mails (
  id            text PRIMARY KEY,   -- template/event/person
  last_event_id text NOT NULL,      -- the event that it tells of
  which         text NOT NULL,      -- the template
  recipient     text NOT NULL,
  details       text NOT NULL,      -- the event's payload; empty once the mail is over
  status        text NOT NULL,      -- waiting, sent, refused, suppressed, late, given_up
  attempts      bigint NOT NULL,
  created_at    bigint NOT NULL,
  due_at        bigint NOT NULL,    -- the next attempt, or, of one under way, the one after it
  ended_at      bigint
);
CREATE INDEX mails_due ON mails (due_at, id) WHERE status = 'waiting';
CREATE INDEX mails_ended ON mails (ended_at) WHERE ended_at IS NOT NULL;

-- Addresses whose server said that they do not exist. SHA-256: no address can be read from the list.
CREATE TABLE suppressed_addresses (
  address_hash text PRIMARY KEY,
  since        bigint NOT NULL
);
