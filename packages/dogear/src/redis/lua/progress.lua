#!lua
-- Adds an entry to the progress of a session that has a record, and tells its watchers.
--
-- KEYS[1] progress (STREAM of entries, field 't')   KEYS[2] session
-- ARGV[1] text   ARGV[2] entries to keep   ARGV[3] time the progress lives, ms   ARGV[4] first bytes of every record
-- ARGV[5] 'PUBLISH', or 'SPUBLISH' in a cluster   ARGV[6] channel to poke   ARGV[7] message of the poke
-- Returns 1, or 0 if there is no record.

if redis.call('GETRANGE', KEYS[2], 0, #ARGV[4] - 1) ~= ARGV[4] then
  return 0
end
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '*', 't', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.pcall(ARGV[5], ARGV[6], ARGV[7])
return 1
