-- One row an order that was created: when its time is over, and what became of that.
CREATE TABLE expirations (
  id            text PRIMARY KEY,  -- the order's
  version       bigint NOT NULL,   -- the order's, as far as it was followed
  last_event_id text NOT NULL,
  due_at        bigint NOT NULL,
  status        text NOT NULL      -- waiting, announced, dropped
);
CREATE INDEX expirations_waiting ON expirations (id) WHERE status = 'waiting';
