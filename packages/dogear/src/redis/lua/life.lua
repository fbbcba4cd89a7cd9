#!lua flags=allow-oom
-- The life of a partition, which is another text once the server has lost what it held.
--
-- KEYS[1] dirty (backlog)   KEYS[2] life
-- ARGV[1] id
-- Returns {the life, 1 if the session is not on the backlog}.

-- The life is named by the time of its first look.
local time = redis.call('TIME')
redis.call('SET', KEYS[2], time[1] .. '.' .. time[2], 'NX')
return { redis.call('GET', KEYS[2]), redis.call('ZSCORE', KEYS[1], ARGV[1]) and 0 or 1 }
