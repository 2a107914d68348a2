-- An unpaid order of a buyer is found by its slot and every other by its id, so that a reservation writes
-- one index for both the limit and the list of the buyer.
DROP INDEX orders_slots_of_buyer;
CREATE UNIQUE INDEX orders_unpaid_of_buyer ON orders (user_id, slot) WHERE status = 'created';
DROP INDEX orders_by_user;
CREATE INDEX orders_ended_of_user ON orders (user_id, id) WHERE status <> 'created';
