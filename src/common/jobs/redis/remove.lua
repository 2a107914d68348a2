-- Deletes a job that has not begun. One that runs, or has run, stays.
-- KEYS: wait, active, delayed, marker, meta, events
-- ARGV: key prefix, id
-- Answers 1 if there was one, else 0.
local id = ARGV[2]
local job = ARGV[1] .. id
local from
if redis.call('ZREM', KEYS[3], id) == 1 then
  from = 'delayed'
elseif redis.call('LREM', KEYS[1], 0, id) > 0 then
  from = 'waiting'
else
  return 0
end
redis.call('DEL', job)
local events_max = redis.call('HGET', KEYS[5], 'opts.maxLenEvents') or '10000'
redis.call('XADD', KEYS[6], 'MAXLEN', '~', events_max, '*', 'event', 'removed', 'jobId', id,
  'prev', from)
return 1
