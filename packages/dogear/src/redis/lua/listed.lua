#!lua flags=allow-oom
-- The sessions of an owner, those that live longest first; what has ended leaves the list. Works on a full server too.
--
-- KEYS[1] list (ZSET of ids, scored by their end in ms)
-- ARGV[1] most ids
-- Returns the ids.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1])
