#!lua
-- Takes a session off the agenda if there is none any more.
--
-- KEYS[1] due (agenda)   KEYS[2] session
-- ARGV[1] id
-- Returns nothing.

if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
