#!lua flags=allow-oom
-- Takes a session off the backlog if it is still as it was archived. Works on a full server too.
--
-- KEYS[1] session   KEYS[2] dirty (backlog)
-- ARGV[1] head the session must have, '' if there must be no record   ARGV[2] id
-- ARGV[3] most time the record lives from now on, ms, '' to leave it as it is   ARGV[4] tombstone
-- Returns 1 when it is off; 0 when it stays, to be claimed at once.

local same
if ARGV[1] ~= '' then
  same = redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1]
else
  local found = redis.call('GETRANGE', KEYS[1], 0, #ARGV[4])
  same = found == '' or found == ARGV[4]
end
if not same then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], 'XX', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), ARGV[2])
  return 0
end
redis.call('ZREM', KEYS[2], ARGV[2])
if ARGV[1] ~= '' and ARGV[3] ~= '' and redis.call('PTTL', KEYS[1]) > tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
