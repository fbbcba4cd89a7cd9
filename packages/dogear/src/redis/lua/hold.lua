#!lua flags=allow-oom
-- Takes, renews or gives up a lease of a session, unless another has it. Works on a full server too.
--
-- KEYS[1] leases (HASH: 'end in ms, a space, token' by lease)   KEYS[2] session, if the caller knows where it was
-- ARGV[1] lease   ARGV[2] token   ARGV[3] time it lasts, ms, 0 to give it up   ARGV[4] head the caller knows
-- Returns 1 when it was free, had lapsed, or was held by this token; 2 if the session still has that head; else 0.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then
  local space = held:find(' ', 1, true)
  if tonumber(held:sub(1, space - 1)) > now and held:sub(space + 1) ~= ARGV[2] then
    return 0
  end
end
if ARGV[3] == '0' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 1
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[2])
-- The key lives as long as its longest lease.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
-- A key of a wrong type is not what the caller knows: reading it says what is wrong.
if KEYS[2] and redis.pcall('GETRANGE', KEYS[2], 0, #ARGV[4] - 1) == ARGV[4] then
  return 2
end
return 1
