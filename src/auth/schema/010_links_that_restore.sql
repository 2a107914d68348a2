-- The account as it was when the link was made: a change of it meanwhile ends the link. Null: of a link from before.
ALTER TABLE one_time_tokens ADD COLUMN account_version bigint;
-- A token of the purpose restore gives the account back its former address (email), which no other account gets meanwhile.
CREATE INDEX one_time_tokens_restoring ON one_time_tokens (email) WHERE purpose = 'restore';
