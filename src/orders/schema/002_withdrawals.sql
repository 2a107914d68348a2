-- A withdrawn ticket has a row in orders with the status 'withdrawn' and no buyer (user_id ''). It counts as
-- a live order, so the index that keeps a ticket from being sold twice keeps a withdrawn one from being sold.

ALTER TABLE tickets ADD COLUMN last_event_id text;  -- tells of the last decision on a withdrawal
