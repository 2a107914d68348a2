-- What authenticates refresh tokens and device cookies: one row, made at the first start. It is not
-- the key that signs access tokens, so that one can change while sessions go on.
CREATE TABLE token_keys (
  id   bigint PRIMARY KEY,  -- 1
  key  text NOT NULL        -- 256 bits in base64url
);
