-- What users take along.
CREATE INDEX tickets_of_user ON tickets (user_id, id);
CREATE INDEX assignments_of_user ON assignments (user_id, id);
