-- Moves jobs whose time has come to the end of the line, and takes the first ones, each with a lock.
-- KEYS: wait, active, delayed, marker, meta, events, stalled
-- ARGV: key prefix, now, token, lock milliseconds, how many at most
-- Answers: due time of the next delayed job or -1, then for each job: id, data, due.
local wait, active, delayed, marker = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local prefix, now, token, lock_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local events_max = redis.call('HGET', KEYS[5], 'opts.maxLenEvents') or '10000'
local function add_event(...)
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', events_max, '*', ...)
end

if redis.call('HEXISTS', KEYS[5], 'paused') == 1 then return { -1 } end

-- Scores up to the last one within this millisecond. A thousand a call: the next call goes on.
local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', string.format('%.0f', now * 4096 + 4095),
  'LIMIT', 0, 1000)
for _, id in ipairs(due) do
  redis.call('ZREM', delayed, id)
  redis.call('LPUSH', wait, id)
  redis.call('HSET', prefix .. id, 'delay', '0')
  add_event('event', 'waiting', 'jobId', id, 'prev', 'delayed')
end

local answer = { -1 }
local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
if #first > 0 then
  answer[1] = math.floor(tonumber(first[2]) / 4096)
  redis.call('ZADD', marker, string.format('%.0f', answer[1]), '1')
end

local taken = 0
while taken < tonumber(ARGV[5]) do
  local id = redis.call('RPOPLPUSH', wait, active)
  if not id then break end
  local fields = redis.call('HMGET', prefix .. id, 'data', 'timestamp', 'opts')
  if fields[1] then
    redis.call('SET', prefix .. id .. ':lock', token, 'PX', lock_ms)
    redis.call('SREM', KEYS[7], id)
    redis.call('HSET', prefix .. id, 'processedOn', string.format('%.0f', now))
    redis.call('HINCRBY', prefix .. id, 'ats', 1)
    add_event('event', 'active', 'jobId', id, 'prev', 'waiting')
    local readable, options = pcall(cjson.decode, fields[3] or '{}')
    local delay = readable and type(options) == 'table' and tonumber(options['delay']) or 0
    answer[#answer + 1] = id
    answer[#answer + 1] = fields[1]
    answer[#answer + 1] = string.format('%.0f', (tonumber(fields[2]) or now) + delay)
    taken = taken + 1
  else
    redis.call('LREM', active, 1, id) -- its hash was removed by hand, or is a marker of old versions
  end
end
if redis.call('LLEN', wait) > 0 then redis.call('ZADD', marker, '0', '0') end
return answer
