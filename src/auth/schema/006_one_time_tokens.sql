-- An account whose change is published names the event.
ALTER TABLE users ADD COLUMN last_event_id text NOT NULL DEFAULT '';

-- What lets the owner of an address set a new password, once. The token itself is in a mail alone.
CREATE TABLE one_time_tokens (
  id            text PRIMARY KEY,
  last_event_id text NOT NULL,         -- the event of its making, then of its use
  user_id       text NOT NULL,
  token_hash    text NOT NULL UNIQUE,  -- SHA-256
  created_at    bigint NOT NULL,
  expires_at    bigint NOT NULL,
  used_at       bigint
);
CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id, created_at);
CREATE INDEX one_time_tokens_by_age ON one_time_tokens (expires_at);
