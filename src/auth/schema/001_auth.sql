CREATE TABLE users (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  email         text NOT NULL UNIQUE,  -- as written, ASCII letters lowered
  password_hash text NOT NULL,         -- argon2id, in its own text form
  created_at    bigint NOT NULL
);

-- A session is a family of refresh tokens, of which the last one is good. Tokens are stored as
-- SHA-256 only.
CREATE TABLE sessions (
  id           text PRIMARY KEY,
  user_id      text NOT NULL,
  token_hash   text NOT NULL,
  parent_hash  text NOT NULL,          -- of the token before, '' for the first
  rotated_at   bigint NOT NULL,
  created_at   bigint NOT NULL,
  revoked_at   bigint
);
CREATE INDEX sessions_by_age ON sessions (rotated_at);

-- Failed sign-ins by e-mail, whether there is such an account or not.
CREATE TABLE sign_in_failures (
  email         text PRIMARY KEY,
  failures      bigint NOT NULL,
  blocked_until bigint NOT NULL,
  last_at       bigint NOT NULL
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);
