-- What is due stays so while only a part of the price is back. Of what was released before, it is not known which part was.
UPDATE assignments SET due_at = NULL WHERE state = 'released' AND overdue_at IS NULL;
DROP INDEX assignments_due;
CREATE INDEX assignments_due ON assignments (due_at) WHERE due_at IS NOT NULL AND overdue_at IS NULL;
