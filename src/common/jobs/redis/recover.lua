-- Gives back the jobs of workers that died: those that were active at the last check and have no
-- lock at this one. Of all workers on the queue, one an interval does it.
-- KEYS: wait, active, marker, meta, events, stalled, stalled-check
-- ARGV: key prefix, now, interval milliseconds
-- Answers the ids given back.
local wait, active, stalled = KEYS[1], KEYS[2], KEYS[6]
if not redis.call('SET', KEYS[7], ARGV[2], 'PX', ARGV[3], 'NX') then return {} end
local events_max = redis.call('HGET', KEYS[4], 'opts.maxLenEvents') or '10000'
local function add_event(...)
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', events_max, '*', ...)
end

local recovered = {}
for _, id in ipairs(redis.call('SMEMBERS', stalled)) do
  local job = ARGV[1] .. id
  if redis.call('EXISTS', job .. ':lock') == 0 and redis.call('LREM', active, 0, id) > 0
    and redis.call('EXISTS', job) == 1 then
    redis.call('HINCRBY', job, 'stc', 1)
    redis.call('RPUSH', wait, id) -- it has waited once: it is the next one
    add_event('event', 'waiting', 'jobId', id, 'prev', 'active')
    add_event('event', 'stalled', 'jobId', id)
    recovered[#recovered + 1] = id
  end
end
if #recovered > 0 then redis.call('ZADD', KEYS[3], '0', '0') end
redis.call('DEL', stalled)
local running = redis.call('LRANGE', active, 0, 9999)
for i = 1, #running, 1000 do
  redis.call('SADD', stalled, unpack(running, i, math.min(i + 999, #running)))
end
return recovered
