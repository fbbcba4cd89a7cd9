#!lua
-- Writes a session if it is where the writer believes it to be; otherwise answers with what is there.
--
-- KEYS[1] session   KEYS[2] due (agenda)   then dirty (backlog) if it is marked, then leases as in hold.lua if it takes
-- any: a key that does not exist keeps a script from running while its slot moves to another node of a cluster
-- ARGV[1] head the session must have, '' if it must not exist   ARGV[2] new value   ARGV[3] time to live, ms
-- ARGV[4] id   ARGV[5] due time in ms, '' for none   ARGV[6] '1' to mark for the archive, else ''
-- ARGV[7] 'PUBLISH', or 'SPUBLISH' in a cluster, to poke; '' for no poke   ARGV[8] its channel   ARGV[9] its message
-- ARGV[10] a lease to take   ARGV[11] its token   ARGV[12] time it lasts, ms; and so on, three for each
-- Returns the time of the commit in ms when written; else the value that is there, or nil.

local found = ARGV[1] ~= '' and redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1)
if not found and redis.call('EXISTS', KEYS[1]) == 1 or found and found ~= ARGV[1] then
  return redis.call('GET', KEYS[1])
end

-- The record is written last: a script is not rolled back, so whatever can fail has to fail before it.
if ARGV[5] == '' then
  redis.call('ZREM', KEYS[2], ARGV[4])
else
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[6] == '1' then
  redis.call('ZADD', KEYS[3], 'NX', now, ARGV[4])
end
for i = 10, #ARGV, 3 do
  redis.call('HSET', KEYS[#KEYS], ARGV[i], string.format('%.0f', now + ARGV[i + 2]) .. ' ' .. ARGV[i + 1])
  if redis.call('PTTL', KEYS[#KEYS]) < tonumber(ARGV[i + 2]) then
    redis.call('PEXPIRE', KEYS[#KEYS], ARGV[i + 2])
  end
end
if ARGV[7] ~= '' then
  -- A user who may not publish can still commit: watchers look from time to time, the doctor says why they are late.
  redis.pcall(ARGV[7], ARGV[8], ARGV[9])
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return now
