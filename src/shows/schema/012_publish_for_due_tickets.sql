-- Delivery keeps the beginnings of shows from this version on. What was made before is published once more.
INSERT INTO republications (id, status, since, requested_by, requested_at, begins_at, next_table, after_id, step,
                            entities, events, worker, worker_until)
SELECT coalesce((SELECT max(id) FROM republications), '0') || '-upgrade', 'waiting', 0, 'upgrade', 0, 0, 0, '', 0,
       0, 0, '', 0
WHERE EXISTS (SELECT 1 FROM shows)
ON CONFLICT (status) WHERE status = 'waiting' DO UPDATE SET since = 0, begins_at = 0;
