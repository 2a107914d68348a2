-- What users take along.
CREATE INDEX shows_of_user ON shows (user_id, id);
