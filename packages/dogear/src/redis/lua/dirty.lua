#!lua flags=allow-oom
-- Reads a session for the archive, with the life of its partition. Works on a full server too.
--
-- KEYS[1] session   KEYS[2] life
-- Returns {the value that is there or nil, the time it has left in ms, the life}.

-- The life is named by the time of its first look.
local time = redis.call('TIME')
redis.call('SET', KEYS[2], time[1] .. '.' .. time[2], 'NX')
return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), redis.call('GET', KEYS[2]) }
