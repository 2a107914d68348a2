-- The ticket that the buyer of the order, who was not shown the one that they bought, has made of it. It shows the same
-- upload. Null: there is none, or it ended unsold.
ALTER TABLE assignments ADD COLUMN resale_id text;
CREATE UNIQUE INDEX assignments_by_resale ON assignments (resale_id);
CREATE INDEX codes_by_ticket ON codes (ticket_id);
CREATE INDEX tickets_by_upload ON tickets (upload_id) WHERE upload_id IS NOT NULL;
