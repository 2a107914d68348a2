-- An account has so many sessions at most: the one used longest ago makes room for a new one.
CREATE INDEX sessions_by_user ON sessions (user_id, rotated_at);
