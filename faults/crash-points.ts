// Named points of a turn at which a process kills itself with SIGKILL, put around the product from outside.

import { subscribe } from 'node:diagnostics_channel'
import type { Store } from 'dogear'
import type { CommitResult } from 'dogear/conformance'
import { around } from '../packages/dogear/src/store/around.ts'

export const crashPoints = [
  'before-commit',
  'after-commit',
  'mid-effect',
  'after-effect-before-result',
  'after-result-before-reply',
] as const
export type CrashPoint = (typeof crashPoints)[number]

/** Reports that a point was reached. Does not return if the process is to die there. */
export type Hit = (point: CrashPoint) => void

/** `at` is `name` or `name:nth`: the process dies the nth time (1) that it reaches the point. Empty for never. */
export function crashesAt(at: string): Hit {
  const [name, nth = '1'] = at.split(':')
  let left = Number(nth)
  return (point) => {
    if (point === name && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}

export function crashingStore(store: Store, hit: Hit): Store {
  return around(store, async (request, name) => {
    if (name === 'commit') hit('before-commit')
    const answer = await request()
    if (name === 'commit' && (answer as CommitResult).committed) hit('after-commit')
    return answer
  })
}

/** `fetch` as the charge uses it: dies once the provider has the request, or once its answer is here. */
export function crashingFetch(real: typeof fetch, hit: Hit): typeof fetch {
  subscribe('undici:request:bodySent', () => hit('mid-effect'))
  return async (...request) => {
    const response = await real(...request)
    hit('after-effect-before-result')
    return response
  }
}
