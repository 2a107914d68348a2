-- When the owner of the address used a mailed link. Accounts from before are not verified.
ALTER TABLE users ADD COLUMN verified_at bigint;

-- What a token is good for: reset (a new password) or verify (the address is the owner's).
ALTER TABLE one_time_tokens ADD COLUMN purpose text NOT NULL DEFAULT 'reset';
