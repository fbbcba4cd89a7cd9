// The arguments of `npm run bench`.

import { parseArgs } from 'node:util'
import { failure } from '../scripts/output.mjs'

export type Options = {
  /** Names of contenders; empty for all. */
  only: readonly string[]
  connections: readonly number[]
  rounds: number
  /** The length of one slice. */
  ms: number
  /** The turns that each contender takes before anything counts, and the longest that they may take. */
  warm: { turns: number; ms: number }
  /** A folder for CPU profiles of the servers. */
  profile: string | undefined
  quick: boolean
}

export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: '' },
        connections: { type: 'string' },
        rounds: { type: 'string' },
        ms: { type: 'string' },
        profile: { type: 'string' },
        quick: { type: 'boolean', default: false },
      },
    })
    const {
      only,
      quick,
      connections = quick ? '1,32' : '1,32,256',
      rounds = quick ? '2' : '9',
      ms = quick ? '300' : '800',
      profile,
    } = values
    return {
      only: only.split(',').filter(Boolean),
      connections: connections.split(',').map(Number),
      rounds: Number(rounds),
      ms: Number(ms),
      warm: quick ? { turns: 3_000, ms: 3_000 } : { turns: 20_000, ms: 8_000 },
      profile,
      quick,
    }
  } catch (error) {
    throw failure(
      `${(error as Error).message} Use --quick, --only=name,name, --connections=1,32, --rounds, --ms, --profile.`,
    )
  }
}
