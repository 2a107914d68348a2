-- Whom the attempts count for that were declined or may still be. An attempt keeps its address only while it
-- counts, and not longer than an hour. NULL of attempts from before there was a limit.
ALTER TABLE payments ADD COLUMN address text;
CREATE INDEX payments_declines_of_user ON payments (user_id, created_at)
  WHERE status IN ('authorizing', 'requires_action', 'declined');
CREATE INDEX payments_declines_of_address ON payments (address, created_at) WHERE address IS NOT NULL;
