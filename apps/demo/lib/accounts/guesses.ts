// The limit on guesses of a password: by account, because a guesser can change addresses.

import { createHash } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'

const limiter = new RateLimiterMemory({ keyPrefix: 'guesses', points: 10, duration: 15 * 60 })

const keyOf = (email: string) => createHash('sha256').update(email).digest('base64url')

/** Counts a guess at a password. False after too many for this `email`: ten in a quarter of an hour, per process. */
export async function mayGuess(email: string): Promise<boolean> {
  return limiter.consume(keyOf(email)).then(
    () => true,
    () => false,
  )
}

/** The password was right: start counting anew. */
export async function guessedRight(email: string): Promise<void> {
  await limiter.delete(keyOf(email))
}
