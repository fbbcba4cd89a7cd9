// A word to the application when a session has nearly as many bytes as its flow allows.

import { LRUCache } from 'lru-cache'
import { DogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import type { SessionId } from '../../store/store.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { tagOf } from '../access.ts'
import type { Report } from '../foreign.ts'
import { largestOf } from './largest.ts'

/** The part of `maxBytes` past which a session is reported. */
export const crowdedFrom = 0.8
/** It is reported again when it has grown by so much of `maxBytes`. */
const growth = 0.05
const sessions = 10_000

/** Reports a session that was committed with `bytes` bytes, more than `crowdedFrom` of what its flow allows. */
export type Crowded = (flow: Flow, id: SessionId, committed: { record: SessionRecord; bytes: number }) => void

/** Reports each session once, and again as it grows; beyond 10,000 crowded sessions one may be reported twice. */
export function createCrowding(report: Report): Crowded {
  // Bounded by size: `max` would take the memory of all of them at once, where a process starts.
  const reported = new LRUCache<SessionId, number>({ maxSize: sessions, sizeCalculation: () => 1 })
  return (flow, id, { record, bytes }) => {
    const { maxBytes } = flow
    if (bytes < (reported.get(id) ?? 0) + growth * maxBytes) return
    reported.set(id, bytes)
    const largest = largestOf(flow, record).map(({ path, bytes }) => `${path} (about ${bytes})`)
    const message = `a session of flow "${flow.id}" takes ${bytes} of the ${maxBytes} bytes it may`
    const most = largest.length > 0 ? `; most are in ${largest.join(', ')}` : ''
    report(new DogearError('nearly_too_large', message + most, { reference: tagOf(id) }))
  }
}
