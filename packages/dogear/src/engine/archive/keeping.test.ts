// How long an archived record stays in the fast store.

import { expect, it } from 'vitest'
import type { Flow } from '../../flow/define.ts'
import { keepMs } from './keeping.ts'

const [now, minute, hour] = [Date.UTC(2026, 0, 1), 60_000, 3_600_000]
const flow = { lifetime: { hotMs: 5 * minute } } as Flow

it.each([
  ['that waits for nothing', undefined, 5 * minute],
  ['that is due in the next hour', hour, hour + 10 * minute],
  ['that is due later', hour + 1, 5 * minute],
  ['that is due', 0, 10 * minute],
  ['that is late', -9 * minute, 5 * minute],
])('a session %s stays until a worker has had time for it, and as long as its flow says', (_, dueIn, expected) => {
  expect(keepMs(flow, dueIn === undefined ? undefined : now + dueIn, now)).toBe(expected)
})

it('a session of a flow that says nothing, or is not known here, stays for half an hour', () => {
  expect(keepMs({ lifetime: {} } as Flow, undefined, now)).toBe(30 * minute)
  expect(keepMs(undefined, undefined, now)).toBe(30 * minute)
})
