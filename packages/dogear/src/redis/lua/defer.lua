#!lua
-- Gives a claim of the agenda back, if it is still the caller's.
--
-- KEYS[1] due (agenda)
-- ARGV[1] id   ARGV[2] time from which it can be claimed again, ms   ARGV[3] end of the claim, ms
-- Returns 1 when it was given back; 0 when a commit, a removal or a later claim has ended the claim.

local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[3]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
