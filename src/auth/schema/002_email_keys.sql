-- The form of an address that all its spellings share (docs/api.md). Accounts from before have none
-- until the program has computed it; two of them may have the same, so it is not unique. For new
-- accounts it is the same as `email`, which is.
ALTER TABLE users ADD COLUMN email_key text;
CREATE INDEX users_by_email_key ON users (email_key);
CREATE INDEX users_without_email_key ON users (id) WHERE email_key IS NULL;
