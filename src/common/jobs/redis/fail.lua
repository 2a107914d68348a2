-- A job has failed: it runs again later, or is among the failed ones when its attempts are used up.
-- KEYS: active, delayed, marker, meta, events, stalled, failed
-- ARGV: key prefix, id, token, now, reason, shortest and longest rest
-- Answers when it runs again, -1 when it does not, or 0 when the lock is no longer held by this
-- token.
local prefix, id, now, reason = ARGV[1], ARGV[2], tonumber(ARGV[4]), ARGV[5]
local job = prefix .. id
local events_max = redis.call('HGET', KEYS[4], 'opts.maxLenEvents') or '10000'
local function add_event(...)
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', events_max, '*', ...)
end

if redis.call('GET', job .. ':lock') ~= ARGV[3] then return 0 end
redis.call('DEL', job .. ':lock')
redis.call('LREM', KEYS[1], -1, id)
redis.call('SREM', KEYS[6], id)
local made = redis.call('HINCRBY', job, 'atm', 1)
redis.call('HSET', job, 'failedReason', reason, 'stacktrace', cjson.encode({ reason }))

local readable, options = pcall(cjson.decode, redis.call('HGET', job, 'opts') or '{}')
local attempts = readable and type(options) == 'table' and tonumber(options['attempts']) or 1
if made >= attempts then
  redis.call('HSET', job, 'finishedOn', ARGV[4])
  redis.call('ZADD', KEYS[7], ARGV[4], id)
  add_event('event', 'failed', 'jobId', id, 'failedReason', reason, 'prev', 'active')
  add_event('event', 'retries-exhausted', 'jobId', id, 'attemptsMade', tostring(made))
  return -1
end

local rest = math.min(tonumber(ARGV[6]) * 2 ^ math.min(made - 1, 20), tonumber(ARGV[7]))
local due = now + rest
local first = due * 4096
local last = redis.call('ZREVRANGEBYSCORE', KEYS[2], string.format('%.0f', first + 4095),
  string.format('%.0f', first), 'WITHSCORES', 'LIMIT', 0, 1)
local score = first
if #last > 0 then score = math.min(tonumber(last[2]) + 1, first + 4095) end
redis.call('ZADD', KEYS[2], string.format('%.0f', score), id)
redis.call('HSET', job, 'delay', string.format('%.0f', rest))
add_event('event', 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
local next_due = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
redis.call('ZADD', KEYS[3], string.format('%.0f', math.floor(tonumber(next_due[2]) / 4096)), '1')
return due
