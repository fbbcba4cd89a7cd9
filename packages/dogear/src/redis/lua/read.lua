#!lua flags=no-writes
-- Reads a session unless it is still where the reader last saw it.
--
-- KEYS[1] session
-- ARGV[1] head the reader knows
-- Returns 1 when the session still has that head; else the value that is there, or nil.

if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then
  return 1
end
return redis.call('GET', KEYS[1])
