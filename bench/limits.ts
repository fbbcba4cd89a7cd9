// Limits of a server under load: counted as everywhere, but no person is as quick as a bench.

import type { HttpOptions } from 'dogear/http'

const many = { points: 1_000_000_000, per: '1 minute' } as const

export const limits: NonNullable<HttpOptions['limits']> = { changesPerSession: many, sessions: many, changes: many }
