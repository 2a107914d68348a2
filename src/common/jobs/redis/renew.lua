-- Keeps the locks of jobs that still run.
-- KEYS: stalled
-- ARGV: key prefix, token, lock milliseconds, then ids
-- Answers the ids whose lock is no longer held by this token.
local lost = {}
for i = 4, #ARGV do
  local lock = ARGV[1] .. ARGV[i] .. ':lock'
  if redis.call('GET', lock) == ARGV[2] then
    redis.call('PEXPIRE', lock, ARGV[3])
    redis.call('SREM', KEYS[1], ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
