-- What an owner recognizes a session by: "Firefox on Windows". Empty: unknown.
ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';
