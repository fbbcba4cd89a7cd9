#!lua flags=no-writes
-- Looks at the agendas of all partitions at once for sessions that can be had now. Not for a cluster.
--
-- KEYS due (agenda) of partition 0, 1, 2 … : as many as there are partitions
-- ARGV[1] most entries per partition   ARGV[2] 'latest' for those whose time came last, and these first
-- Returns {now in ms, {partition, {id, score, id, score …}} for each partition with something due, message of an agenda
-- that could not be looked at, or an empty string}.

local time = redis.call('TIME')
-- A text, because it is handed over once per partition and turning a number into text is half the cost of a look.
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local due, broken = {}, ''
for i = 1, #KEYS do
  -- Counting first is half as dear as an empty list. A key of a wrong type must not stop the other partitions.
  if redis.pcall('ZCOUNT', KEYS[i], '-inf', now) ~= 0 then
    local entries
    if ARGV[2] == 'latest' then
      entries = redis.pcall('ZREVRANGEBYSCORE', KEYS[i], now, '-inf', 'WITHSCORES', 'LIMIT', '0', ARGV[1])
    else
      entries = redis.pcall('ZRANGEBYSCORE', KEYS[i], '-inf', now, 'WITHSCORES', 'LIMIT', '0', ARGV[1])
    end
    if entries.err then
      broken = entries.err
    else
      due[#due + 1] = { i - 1, entries }
    end
  end
end
return { tonumber(now), due, broken }
