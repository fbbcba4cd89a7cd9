// The sealing of Dogear's contenders: with a key of their own, as in production, or off where a row says so.

import { randomBytes } from 'node:crypto'

const sealed = { keys: `bench:${randomBytes(32).toString('base64url')}` }

export const sealing: { keys: string } | { sealing: 'off' } =
  process.env.SEALING === 'off' ? { sealing: 'off' } : sealed
