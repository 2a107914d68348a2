-- 1: the order was released, all of its price is back, and its ticket does not go back on sale.
ALTER TABLE assignments ADD COLUMN is_given_up bigint NOT NULL DEFAULT 0;
-- From here on codes.fingerprint is of the text alone, and a file without a code has a row in codes, at position -1.
-- Codes from before keep theirs until their ticket gets another upload.
