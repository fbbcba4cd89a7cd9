// The limits on guesses of a password: what one client guesses wrong takes no guess away from another.

import { createHash } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'

const duration = 15 * 60

// The last one bounds what many clients guess together; it is far beyond what one of them can use up.
const limits = [
  { limiter: new RateLimiterMemory({ keyPrefix: 'client', points: 50, duration }), key: ({ client }: Guess) => client },
  {
    limiter: new RateLimiterMemory({ keyPrefix: 'client and account', points: 10, duration }),
    key: ({ client, email }: Guess) => `${client} ${email}`,
  },
  { limiter: new RateLimiterMemory({ keyPrefix: 'account', points: 500, duration }), key: ({ email }: Guess) => email },
]

/** A guess at the password of an account, from the network address `client`. */
export type Guess = { email: string; client: string }

const hashed = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Counts a guess. False after too many, per process and quarter of an hour: ten of one client for one account. */
export async function mayGuess(guess: Guess): Promise<boolean> {
  for (const { limiter, key } of limits) {
    const counted = limiter.consume(hashed(key(guess))).then(
      () => true,
      () => false,
    )
    if (!(await counted)) return false
  }
  return true
}

/** The password was right: this client starts counting anew for the account, and took nothing from the other counts. */
export async function guessedRight(guess: Guess): Promise<void> {
  const [ofClient, ofBoth, ofAccount] = limits as [(typeof limits)[0], (typeof limits)[0], (typeof limits)[0]]
  await ofBoth.limiter.delete(hashed(ofBoth.key(guess)))
  for (const { limiter, key } of [ofClient, ofAccount]) await limiter.reward(hashed(key(guess)))
}
