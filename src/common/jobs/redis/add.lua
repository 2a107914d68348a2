-- Adds jobs. A job that is delayed, waiting or running stays as it is; one that is finished is
-- history and gives way to the new one.
-- KEYS: wait, active, delayed, marker, meta, events, completed, failed, id
-- ARGV: key prefix, now, job name, retry delay, attempts, then for each job: id, data, due
-- Answers how many were added.
local wait, delayed, marker, meta, events = KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local prefix, now, name = ARGV[1], tonumber(ARGV[2]), ARGV[3]

redis.call('HSETNX', meta, 'opts.maxLenEvents', '10000')
local events_max = redis.call('HGET', meta, 'opts.maxLenEvents')
local function add_event(...)
  redis.call('XADD', events, 'MAXLEN', '~', events_max, '*', ...)
end

-- A place after every job that is due in the same millisecond.
local function score_of(due)
  local first = due * 4096
  local last = redis.call('ZREVRANGEBYSCORE', delayed, string.format('%.0f', first + 4095),
    string.format('%.0f', first), 'WITHSCORES', 'LIMIT', 0, 1)
  local score = first
  if #last > 0 then score = math.min(tonumber(last[2]) + 1, first + 4095) end
  return string.format('%.0f', score)
end

local added = 0
for i = 6, #ARGV, 3 do
  local id, data, due = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local job = prefix .. id
  redis.call('INCR', KEYS[9])
  if redis.call('HEXISTS', job, 'finishedOn') == 1 then
    redis.call('ZREM', KEYS[7], id)
    redis.call('ZREM', KEYS[8], id)
    redis.call('DEL', job)
  end
  if redis.call('EXISTS', job) == 1 then
    add_event('event', 'duplicated', 'jobId', id)
  else
    local delay = string.format('%.0f', math.max(due - now, 0))
    local options = '{"jobId":' .. cjson.encode(id) .. ',"delay":' .. delay .. ',"attempts":' ..
      ARGV[5] .. ',"backoff":{"type":"fixed","delay":' .. ARGV[4] .. '}}'
    -- A job that was due before has its own time as the time it was added: due = timestamp + delay.
    redis.call('HSET', job, 'name', name, 'data', data, 'opts', options, 'timestamp',
      string.format('%.0f', math.min(now, due)), 'delay', delay, 'priority', '0')
    add_event('event', 'added', 'jobId', id, 'name', name)
    if due > now then
      redis.call('ZADD', delayed, score_of(due), id)
      add_event('event', 'delayed', 'jobId', id, 'delay', string.format('%.0f', due))
    else
      redis.call('LPUSH', wait, id)
      redis.call('ZADD', marker, '0', '0')
      add_event('event', 'waiting', 'jobId', id)
    end
    added = added + 1
  end
end

local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
if #first > 0 then
  redis.call('ZADD', marker, string.format('%.0f', math.floor(tonumber(first[2]) / 4096)), '1')
end
return added
