-- A withdrawn ticket keeps its row: who has a link to it learns what became of it.

-- At which version its seller asked to withdraw it; null: no decision of orders is awaited.
ALTER TABLE tickets ADD COLUMN withdrawal_version bigint;

-- What the public list shows; without it, many withdrawn tickets would slow it down.
CREATE INDEX tickets_listed ON tickets (id) WHERE status <> 'withdrawn';
