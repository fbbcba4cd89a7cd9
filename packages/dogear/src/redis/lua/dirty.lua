#!lua flags=allow-oom
-- Reads a session for the archive, with the life of its partition. Works on a full server too.
--
-- KEYS[1] session   KEYS[2] life
-- ARGV[1] the text that becomes the life if there is none
-- Returns {the value that is there or nil, the time it has left in ms, the life}.

redis.call('SET', KEYS[2], ARGV[1], 'NX')
return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), redis.call('GET', KEYS[2]) }
