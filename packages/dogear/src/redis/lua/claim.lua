#!lua
-- Leases sessions of some agendas whose time has come, in order over all of these agendas.
--
-- KEYS due (agenda): as many as there are partitions, or the one of a partition in a cluster
-- ARGV[1] most sessions   ARGV[2] lease, ms   ARGV[3] 'latest' for those whose time came last, and these first
-- ARGV[4], ARGV[5] … ids to pass over
-- Returns {end of the lease in ms, {number of the key from 0, id, score, number, id, score …}, message of an agenda that
-- could not be looked at, or an empty string}.

local time = redis.call('TIME')
local ms = time[1] * 1000 + math.floor(time[2] / 1000)
-- A text, because it is handed over once per partition and turning a number into text is half the cost of a look.
local now = string.format('%.0f', ms)
local most, latest, broken = tonumber(ARGV[1]), ARGV[3] == 'latest', ''
local except = {}
for i = 4, #ARGV do
  except[ARGV[i]] = true
end

-- The first entries of an agenda up to a score, or down to it, without those to pass over: `count` of them or more.
local function first(i, last, count)
  local entries, from, chunk = {}, 0, count
  while #entries < count do
    local found
    if latest then
      found = redis.pcall('ZREVRANGEBYSCORE', KEYS[i], now, last, 'WITHSCORES', 'LIMIT', from, chunk)
    else
      found = redis.pcall('ZRANGEBYSCORE', KEYS[i], '-inf', last, 'WITHSCORES', 'LIMIT', from, chunk)
    end
    if found.err then
      broken = found.err
      break
    end
    for j = 1, #found, 2 do
      if not except[found[j]] then
        entries[#entries + 1] = { key = i, id = found[j], score = found[j + 1], at = tonumber(found[j + 1]) }
      end
    end
    if #found < 2 * chunk then
      break
    end
    from, chunk = from + chunk, chunk + most
  end
  return entries
end

local heads, scores = {}, {}
local all = latest and '-inf' or now
for i = 1, #KEYS do
  -- Counting first is half as dear as an empty list. A key of a wrong type must not stop the other partitions.
  if redis.pcall('ZCOUNT', KEYS[i], '-inf', now) ~= 0 then
    local head = first(i, all, 1)[1]
    if head then
      heads[#heads + 1] = head
      scores[#scores + 1] = latest and -head.at or head.at
    end
  end
end

-- So many heads are no later than the last of them, so nothing that is later can be among the first.
local last, limit = all, math.huge
if #scores > most then
  table.sort(scores)
  limit = scores[most] or -math.huge
  last = string.format('%.17g', latest and -limit or limit)
end
local chosen = {}
for _, head in ipairs(heads) do
  if (latest and -head.at or head.at) <= limit then
    for _, entry in ipairs(first(head.key, last, most)) do
      chosen[#chosen + 1] = entry
    end
  end
end
table.sort(chosen, function(a, b)
  if latest then
    return a.at > b.at
  end
  return a.at < b.at
end)

local ends, claimed = string.format('%.0f', ms + ARGV[2]), {}
for i = 1, math.min(most, #chosen) do
  local entry = chosen[i]
  redis.call('ZADD', KEYS[entry.key], ends, entry.id)
  claimed[#claimed + 1] = entry.key - 1
  claimed[#claimed + 1] = entry.id
  claimed[#claimed + 1] = entry.score
end
return { tonumber(ends), claimed, broken }
