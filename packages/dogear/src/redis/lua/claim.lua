#!lua flags=allow-oom
-- Leases sessions of some agendas whose time has come, in order over all of these agendas; or only looks at them.
-- Works on a full server too.
--
-- KEYS due (agenda), or dirty (backlog): as many as there are partitions. In a cluster the first of a node; its others
-- are in ARGV, as the keys of a call have to be in one slot. There the script has the flag allow-cross-slot-keys.
-- ARGV[1] most sessions   ARGV[2] lease, ms, 0 to look   ARGV[3] 'latest' for those whose time came last, these first
-- ARGV[4] how long their time must have come already, ms
-- ARGV[5] number of other agendas   ARGV[6] … their names, then ids to pass over
-- Returns {end of the lease in ms, {number of the agenda from 0, id, score, number, id, score …}, message of an agenda
-- that could not be looked at, or an empty string, {numbers of all such agendas}}.

local time = redis.call('TIME')
local ms = time[1] * 1000 + math.floor(time[2] / 1000)
-- A text, because it is handed over once per partition and turning a number into text is half the cost of a look.
local now = string.format('%.0f', ms - ARGV[4])
local most, latest, others = tonumber(ARGV[1]), ARGV[3] == 'latest', 5 + ARGV[5]
for i = 6, others do
  KEYS[#KEYS + 1] = ARGV[i]
end
local except = {}
for i = others + 1, #ARGV do
  except[ARGV[i]] = true
end

local message, broken = '', {}
-- Entries of an agenda from its first up to a score, or from its last down to it: id, score, id, score … as texts.
local function range(i, bound, from, count)
  local found
  if latest then
    found = redis.pcall('ZREVRANGEBYSCORE', KEYS[i], now, bound, 'WITHSCORES', 'LIMIT', from, count)
  else
    found = redis.pcall('ZRANGEBYSCORE', KEYS[i], '-inf', bound, 'WITHSCORES', 'LIMIT', from, count)
  end
  if found.err then
    message = found.err
    broken[#broken + 1] = i - 1
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
    local found = range(i, bound, from, count)
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
    local head = range(i, all, '0', '1')
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
  if ARGV[2] ~= '0' then
    redis.call('ZADD', KEYS[entry.key], ends, entry.id)
  end
  claimed[#claimed + 1] = entry.key - 1
  claimed[#claimed + 1] = entry.id
  claimed[#claimed + 1] = entry.score
end
return { tonumber(ends), claimed, message, broken }
