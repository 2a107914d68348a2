-- A job has been done.
-- KEYS: active, completed, stalled, meta, events
-- ARGV: key prefix, id, token, now, how many finished jobs are kept
-- Answers 1, or 0 when this token has lost the lock: another worker has the job.
local prefix, id = ARGV[1], ARGV[2]
local job = prefix .. id
if redis.call('GET', job .. ':lock') ~= ARGV[3] then return 0 end
redis.call('DEL', job .. ':lock')
redis.call('LREM', KEYS[1], -1, id)
redis.call('SREM', KEYS[3], id)
redis.call('HINCRBY', job, 'atm', 1)
redis.call('HSET', job, 'returnvalue', 'null', 'finishedOn', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[4], id)
local events_max = redis.call('HGET', KEYS[4], 'opts.maxLenEvents') or '10000'
redis.call('XADD', KEYS[5], 'MAXLEN', '~', events_max, '*', 'event', 'completed', 'jobId', id,
  'returnvalue', 'null', 'prev', 'active')

-- A hundred a call keeps this short; the surplus never grows by more than one a call.
local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if surplus > 0 then
  for _, old in ipairs(redis.call('ZRANGE', KEYS[2], 0, math.min(surplus, 100) - 1)) do
    redis.call('ZREM', KEYS[2], old)
    redis.call('DEL', prefix .. old, prefix .. old .. ':logs')
  end
end
return 1
