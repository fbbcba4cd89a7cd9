#!lua flags=allow-oom
-- Looks whether a session is on the agenda that belongs there by its record, and puts it back if it is not.
--
-- KEYS[1] session   KEYS[2] due (agenda)
-- ARGV[1] id   ARGV[2] first bytes of every record   ARGV[3] where the due time begins in a head, from 0
-- ARGV[4] length of a head   ARGV[5] '1' to look only
-- Returns 1 when it was missing, else 0.

local head = redis.call('GETRANGE', KEYS[1], 0, ARGV[4] - 1)
if #head ~= tonumber(ARGV[4]) or head:sub(1, #ARGV[2]) ~= ARGV[2] then
  return 0
end
local due = 0
for i = tonumber(ARGV[3]) + 1, #head do
  due = due * 256 + head:byte(i)
end
if due == 0 or redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return 0
end
if ARGV[5] ~= '1' then
  redis.call('ZADD', KEYS[2], string.format('%.0f', due), ARGV[1])
end
return 1
