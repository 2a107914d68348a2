-- The books of the sandbox gateway, which stands in for Stripe: one row a PaymentIntent, found again
-- by the key it was made with.
CREATE TABLE sandbox_intents (
  id              text PRIMARY KEY,
  idempotency_key text NOT NULL UNIQUE,
  order_id        text NOT NULL,
  amount_cents    bigint NOT NULL,
  captured_cents  bigint NOT NULL,
  refunded_cents  bigint NOT NULL,
  status          text NOT NULL,    -- requires_capture, succeeded, canceled, declined
  decline_code    text,
  created_at      bigint NOT NULL
);
