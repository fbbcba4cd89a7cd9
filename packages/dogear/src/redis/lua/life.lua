#!lua flags=allow-oom
-- The life of a partition, as far as a session goes: another text once the server has lost what it held.
--
-- KEYS[1] dirty (backlog)   KEYS[2] life
-- ARGV[1] id   ARGV[2] the text that becomes the life if there is none
-- Returns the life, or an empty string while the session is on the backlog.

if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return ''
end
redis.call('SET', KEYS[2], ARGV[2], 'NX')
return redis.call('GET', KEYS[2])
