-- What users take along.
CREATE INDEX mails_of_user ON mails (user_id, id);
CREATE INDEX tickets_of_user ON tickets (user_id, id);
CREATE INDEX orders_of_user ON orders (user_id, id);
