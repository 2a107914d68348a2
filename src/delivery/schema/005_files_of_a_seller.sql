-- What the files of a seller's tickets add up to.
CREATE INDEX tickets_with_uploads_by_seller ON tickets (user_id) WHERE upload_id IS NOT NULL;
