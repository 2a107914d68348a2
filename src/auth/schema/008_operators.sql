-- Since when the account is an operator's. Others are members alone.
ALTER TABLE users ADD COLUMN operator_since bigint;
