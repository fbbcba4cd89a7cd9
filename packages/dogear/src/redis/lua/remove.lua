#!lua flags=allow-oom
-- Replaces a session by its tombstone, takes it off the agenda and pokes its watchers. Works on a full server too.
--
-- KEYS[1] session   KEYS[2] due (agenda)
-- ARGV[1] first bytes of every record   ARGV[2] length of a head   ARGV[3] tombstone
-- ARGV[4] time the tombstone stands, ms   ARGV[5] id
-- ARGV[6] 'PUBLISH', or 'SPUBLISH' in a cluster   ARGV[7] channel to poke   ARGV[8] message of the poke
-- Returns 1 when there was a record, 0 when there was none; the start of the value when it is neither record nor
-- tombstone: then it is kept.

local head = redis.call('GETRANGE', KEYS[1], 0, ARGV[2] - 1)
local record = #head == tonumber(ARGV[2]) and head:sub(1, #ARGV[1]) == ARGV[1]
if not record and head ~= ARGV[3] and redis.call('EXISTS', KEYS[1]) == 1 then
  return head
end
redis.call('ZREM', KEYS[2], ARGV[5])
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
if record then
  redis.pcall(ARGV[6], ARGV[7], ARGV[8])
end
return record and 1 or 0
