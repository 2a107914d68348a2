-- Finds jobs that were taken with this token by a call whose answer never came.
-- KEYS: active
-- ARGV: key prefix, token, lock milliseconds, then the ids that the worker runs
-- Answers for each job: id, data, due.
local known = {}
for i = 4, #ARGV do known[ARGV[i]] = true end
local answer = {}
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, 9999)) do
  local job = ARGV[1] .. id
  if not known[id] and redis.call('GET', job .. ':lock') == ARGV[2] then
    redis.call('PEXPIRE', job .. ':lock', ARGV[3])
    local fields = redis.call('HMGET', job, 'data', 'timestamp', 'opts')
    local readable, options = pcall(cjson.decode, fields[3] or '{}')
    local delay = readable and type(options) == 'table' and tonumber(options['delay']) or 0
    answer[#answer + 1] = id
    answer[#answer + 1] = fields[1] or '{}'
    answer[#answer + 1] = string.format('%.0f', (tonumber(fields[2]) or 0) + delay)
  end
end
return answer
