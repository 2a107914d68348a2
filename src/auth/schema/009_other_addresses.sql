-- The address that becomes the account's when the token is used.
ALTER TABLE one_time_tokens ADD COLUMN email text;
