// The answers of Redis that are refusals: their meaning, the advice for an operator.

/** `says` recognises the answer. `retryAfterMs`: short where it passes by itself, longer where somebody has to act. */
export type Trouble = { code: string; says: RegExp; meaning: string; advice: string; retryAfterMs: number }

/** The answer itself, or one of the `last` that ioredis got before it gave up following them. */
const afterRedirections = (answer: RegExp, last: string): RegExp =>
  new RegExp(`${answer.source}|^Too many Cluster redirections\\. Last error: \\w+: (${last})\\b`)

const soon = 1000
const later = 10_000

/** A row for each; `docs/redis.md` has the same rows. */
export const troubles: readonly Trouble[] = [
  {
    code: 'LOADING',
    says: /^LOADING\b/,
    meaning: 'Redis is loading its data after a start',
    advice: 'wait, it answers as soon as it has read them all',
    retryAfterMs: soon,
  },
  {
    code: 'MASTERDOWN',
    says: /^MASTERDOWN\b/,
    meaning: 'this Redis is a replica that has lost its primary',
    advice: 'connect to the primary, or bring it back',
    retryAfterMs: later,
  },
  {
    code: 'READONLY',
    says: /^READONLY\b/,
    meaning: 'this Redis is a replica and refuses writes',
    advice: 'connect to the primary',
    retryAfterMs: soon,
  },
  {
    code: 'OOM',
    says: /^OOM\b/,
    meaning: 'Redis is full (maxmemory) and refuses writes',
    advice: 'give it more memory, or let fewer sessions live',
    retryAfterMs: later,
  },
  {
    code: 'NOREPLICAS',
    says: /^NOREPLICAS\b/,
    meaning: 'Redis has fewer replicas than min-replicas-to-write and refuses writes',
    advice: 'bring its replicas back',
    retryAfterMs: later,
  },
  {
    code: 'MISCONF',
    says: /^MISCONF\b/,
    meaning: 'Redis cannot save its data to disk and refuses writes',
    advice: 'look at its disk and at its log',
    retryAfterMs: later,
  },
  {
    code: 'BUSY',
    says: /^BUSY\b/,
    meaning: 'a script that does not end keeps Redis busy',
    advice: 'end it (SCRIPT KILL); none of this package takes longer than milliseconds',
    retryAfterMs: soon,
  },
  {
    code: 'NOAUTH',
    says: /^(NOAUTH|WRONGPASS)\b/,
    meaning: 'Redis does not accept the credentials of this client',
    advice: 'check its user name and password',
    retryAfterMs: later,
  },
  {
    code: 'NOPERM',
    // The second text is that of a command within a script.
    says: /^NOPERM\b|^ERR The user executing the script can't/,
    meaning: 'the user of this client may not do that',
    advice: 'give it the permissions that Dogear needs, on keys, channels and commands',
    retryAfterMs: later,
  },
  {
    code: 'CLUSTERDOWN',
    // The other texts are those of ioredis: for a client that began meanwhile, and for one that found no node.
    says: afterRedirections(/^CLUSTERDOWN\b|^Cluster isn't ready/, 'CLUSTERDOWN|Connection is closed'),
    meaning: 'slots of the Redis cluster are served by no node',
    advice: 'bring the node back, or let a replica take over; dogear doctor says which',
    retryAfterMs: soon,
  },
  {
    code: 'TRYAGAIN',
    // The second text is that of ioredis for a call that was sent from one to the other for too long.
    says: afterRedirections(/^TRYAGAIN\b/, 'MOVED|ASK|TRYAGAIN'),
    meaning: 'a slot of the Redis cluster is being moved, or its node has just failed',
    advice: 'wait for the end of it; redis-cli --cluster fix ends a move that was broken off',
    retryAfterMs: soon,
  },
  {
    code: 'MOVED',
    says: /^(MOVED|ASK)\b/,
    meaning: 'the key is on another node of the Redis cluster',
    advice: 'give redisStore a Cluster of ioredis in place of a Redis',
    retryAfterMs: later,
  },
]

/** The trouble that an error of ioredis tells of. */
export function troubleOf(message: string): Trouble | undefined {
  return troubles.find(({ says }) => says.test(message))
}
