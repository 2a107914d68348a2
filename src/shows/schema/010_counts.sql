-- The change that wrote the copy: the show's counts are adjusted only by the transaction that has written it.
ALTER TABLE tickets ADD COLUMN change_id text;
