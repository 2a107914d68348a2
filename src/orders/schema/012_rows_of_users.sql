-- What users take along of the copies.
CREATE INDEX tickets_of_user ON tickets (user_id, id);
