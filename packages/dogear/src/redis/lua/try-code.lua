#!lua flags=allow-oom
-- Counts a try of a code, and burns it when there were too many: the code stays taken, its value is gone. Works on a
-- full server too, where nobody shall have more tries than elsewhere.
--
-- KEYS[1] code (HASH: value, and tries once there was one)
-- ARGV[1] most tries
-- Returns the value, or nil.

local value = redis.call('HGET', KEYS[1], 'value')
if not value then
  return false
end
if redis.call('HINCRBY', KEYS[1], 'tries', 1) > tonumber(ARGV[1]) then
  redis.call('HDEL', KEYS[1], 'value')
  return false
end
return value
