-- The refunds in the books of the sandbox gateway, found again by the key they were made with.
CREATE TABLE sandbox_refunds (
  id              text PRIMARY KEY,
  idempotency_key text NOT NULL UNIQUE,
  intent_id       text NOT NULL,
  refund_id       text NOT NULL,
  amount_cents    bigint NOT NULL
);
-- A sandbox intent is found by the payment it is for.
ALTER TABLE sandbox_intents ADD COLUMN payment_id text NOT NULL DEFAULT '';
