-- What users take along.
CREATE INDEX payments_of_user ON payments (user_id, id);
CREATE INDEX orders_of_user ON orders (user_id, id);
