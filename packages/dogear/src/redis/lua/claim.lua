#!lua
-- Leases one session of the agenda, if it is still due; forgets it if its record is gone.
--
-- KEYS[1] due (agenda)   KEYS[2] session
-- ARGV[1] id   ARGV[2] lease, ms   ARGV[3] length of a head
-- Returns {head of the record, end of the lease in ms}; nil when another caller has it or nothing is left to claim.

local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not score or tonumber(score) > now then
  return false
end
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
  return false
end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
-- A key of a wrong type must not stop the others: it is handed out, and reading it says what is wrong.
local head = redis.pcall('GETRANGE', KEYS[2], 0, ARGV[3] - 1)
return { type(head) == 'string' and head or '', now + ARGV[2] }
