-- Where proof is required, what its buyer gets is due after the sale of a ticket that has nothing yet.
ALTER TABLE shows ADD COLUMN starts_at bigint;       -- null: a copy from before this column was there
ALTER TABLE assignments ADD COLUMN due_at bigint;    -- until when its seller has to give it; null: nothing is due, or it was given
ALTER TABLE assignments ADD COLUMN overdue_at bigint;
-- From here on state may be overdue: money goes back, because nothing was given in time.
CREATE INDEX assignments_due ON assignments (due_at) WHERE due_at IS NOT NULL AND state = 'assigned';
