#!lua flags=allow-oom
-- The life of a partition, which is another text once the server has lost what it held.
--
-- KEYS[1] dirty (backlog)   KEYS[2] life
-- ARGV[1] id   ARGV[2] the text that becomes the life if there is none
-- Returns {the life, 1 if the session is not on the backlog}.

redis.call('SET', KEYS[2], ARGV[2], 'NX')
return { redis.call('GET', KEYS[2]), redis.call('ZSCORE', KEYS[1], ARGV[1]) and 0 or 1 }
