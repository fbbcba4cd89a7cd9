// How often a password may be guessed: by account, because an address is what the guesser says it is.

import { createHash } from 'node:crypto'
import { RateLimiterMemory } from 'rate-limiter-flexible'

const limiter = new RateLimiterMemory({ keyPrefix: 'guesses', points: 10, duration: 15 * 60 })

const keyOf = (email: string) => createHash('sha256').update(email).digest('base64url')

/** Counts a guess at the password of `email`; false if there were too many. Ten in a quarter of an hour, in each process. */
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
