#!lua
-- Files a value under a code that is free.
--
-- KEYS[1] code (HASH: value, and tries once there was one)
-- ARGV[1] value   ARGV[2] time to live, ms
-- Returns 1 when it was filed, 0 when the code is taken, be it by one that is burned.

if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'value', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
