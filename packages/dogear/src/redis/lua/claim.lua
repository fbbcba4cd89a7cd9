#!lua flags=allow-oom
-- Leases sessions of some agendas whose time has come, in order over all of these agendas. Works on a full server too.
--
-- KEYS due (agenda), or dirty (backlog): as many as there are partitions, or the one of a partition in a cluster
-- ARGV[1] most sessions   ARGV[2] lease, ms   ARGV[3] 'latest' for those whose time came last, and these first
-- ARGV[4] time by which their own must have come, ms before now   ARGV[5], ARGV[6] … ids to pass over
-- Returns {end of the lease in ms, {number of the key from 0, id, score, number, id, score …}, message of an agenda
-- that could not be looked at, or an empty string}.

local time = redis.call('TIME')
local ms = time[1] * 1000 + math.floor(time[2] / 1000)
-- A text, because it is handed over once per partition and turning a number into text is half the cost of a look.
local now = string.format('%.0f', ms - ARGV[4])
local most, latest = tonumber(ARGV[1]), ARGV[3] == 'latest'
local except = {}
for i = 5, #ARGV do
  except[ARGV[i]] = true
end

local broken = ''
-- Entries of an agenda from its first up to a score, or from its last down to it: id, score, id, score … as texts.
local function range(key, bound, from, count)
  local found
  if latest then
    found = redis.pcall('ZREVRANGEBYSCORE', key, now, bound, 'WITHSCORES', 'LIMIT', from, count)
  else
    found = redis.pcall('ZRANGEBYSCORE', key, '-inf', bound, 'WITHSCORES', 'LIMIT', from, count)
  end
  if found.err then
    broken = found.err
    return {}
  end
  return found
end

-- How far an entry is from the end that the claim begins at: smaller is first.
local function rank(score)
  return latest and -score or tonumber(score)
end

-- The first entries without those to pass over: `most` of them, or more, or all.
local function first(i, bound)
  local entries, from, count = {}, 0, most + 1
  repeat
    local found = range(KEYS[i], bound, from, count)
    for j = 1, #found, 2 do
      if not except[found[j]] then
        entries[#entries + 1] = { key = i, id = found[j], score = found[j + 1], rank = rank(found[j + 1]) }
      end
    end
    from = from + count
  until #entries >= most or #found < 2 * count
  return entries
end

-- The rank of the first entry of each agenda that has one.
local all = latest and '-inf' or now
local heads, ranks = {}, {}
for i = 1, #KEYS do
  -- Counting first is half as dear as an empty list. A key of a wrong type must not stop the other partitions.
  if redis.pcall('ZCOUNT', KEYS[i], '-inf', now) ~= 0 then
    local head = range(KEYS[i], all, '0', '1')
    local at = head[1] and rank(head[2])
    if at and except[head[1]] then
      head = first(i, all)[1]
      at = head and head.rank
    end
    if at then
      heads[i] = at
      ranks[#ranks + 1] = at
    end
  end
end

-- So many agendas begin no later than the last of these heads, so nothing that is later is among the first.
local bound, last = all, math.huge
if #ranks > most then
  table.sort(ranks)
  last = ranks[most] or -math.huge
  bound = string.format('%.17g', latest and -last or last)
end
local chosen = {}
for i, head in pairs(heads) do
  if head <= last then
    for _, entry in ipairs(first(i, bound)) do
      chosen[#chosen + 1] = entry
    end
  end
end
table.sort(chosen, function(a, b)
  return a.rank < b.rank
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
