#!lua
-- Lists a session of an owner until a time; what has ended leaves the list, which lives as long as its longest entry.
--
-- KEYS[1] list (ZSET of ids, scored by their end in ms)
-- ARGV[1] id   ARGV[2] time to be listed, ms
-- Returns nothing.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local longest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if longest[2] then
  redis.call('PEXPIREAT', KEYS[1], longest[2])
end
