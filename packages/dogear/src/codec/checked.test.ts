// A record is read only if every part of it is there, and of its kind.

import { expect, it } from 'vitest'
import type { SessionRecord } from '../turn/record.ts'
import { checked } from './checked.ts'

const device = { id: 'd1', secretHash: 'hash', label: 'Firefox' }
const draft = { values: { name: 'Ada' }, issues: [{ path: ['people', 0], message: 'Enter a name' }], at: { name: 5 } }

const record: SessionRecord = {
  format: 3,
  flow: 'checkout',
  version: 1,
  epoch: 0,
  revision: 3,
  mark: 'markmark',
  lineage: '',
  snapshot: { status: 'active', value: 'review', context: { any: 'thing' } },
  timers: [{ id: 'hold', generation: 1, event: { type: 'xstate.after.hold' }, dueAt: 9 }],
  effects: [{ id: 'pay', effectId: 's.pay.1', generation: 1, src: 'pay', input: undefined, attempt: 1, leaseUntil: 9 }],
  entries: { pay: 1 },
  receipts: [{ op: 1, body: 2, position: { epoch: 0, revision: 2 } }],
  visited: ['shipping'],
  drafts: { shipping: { ...draft, forms: { 'shipping.submitted': draft } } },
  devices: [{ ...device, createdAt: 1, seenAt: 2 }],
  ended: [{ ...device, why: 'moved', to: 'Safari', at: 3, revision: 2 }],
  handoffs: [{ link: 'l', code: 'c', mode: 'move', by: 'd1', expiresAt: 9 }],
  owner: { id: 'o', label: 'A•••', sealedSelector: 's' },
  trail: [{ event: 'shipping.submitted', from: 'shipping', to: 'review', at: 2, device: 'd1' }],
  createdAt: 1,
  updatedAt: 2,
  expiresAt: 9,
}

type Holder = Record<string, unknown>

/** The path of every part that is not the flow's own data, and may not be left out. */
function pathsIn(part: unknown, path: readonly string[] = []): string[][] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, inner]) => {
    const own = [...path, name]
    const free = ['value', 'context', 'input', 'forms'].includes(name) || own.at(-2) === 'values'
    const inside = name === 'context' ? [] : pathsIn(inner, own)
    // Without one of its items a list is still a list, and without its times a draft is still a draft.
    const spare =
      free || Array.isArray(part) || name === 'at' || ['entries', 'at', 'drafts', 'forms'].includes(path.at(-1) ?? '')
    return spare ? inside : [own, ...inside]
  })
}

const paths = pathsIn(record)

it('that is whole is a record', () => {
  expect(checked(structuredClone(record))).toEqual(record)
  expect(paths.length).toBeGreaterThan(60)
})

it.each(paths.map((path) => [path.join('.'), path] as const))(
  '%s has to be there, and of its kind [M56]',
  (_, path) => {
    for (const wrong of [undefined, null, Symbol.iterator, { of: 'another kind' }]) {
      const damaged = structuredClone(record) as unknown as Holder
      const holder = path.slice(0, -1).reduce((part, name) => part[name] as Holder, damaged)
      const last = path.at(-1) as string
      // `owner` may be null; an object stands for an object.
      if (last === 'owner' && wrong === null) continue
      if (
        typeof holder[last] === 'object' &&
        !Array.isArray(holder[last]) &&
        wrong !== null &&
        typeof wrong === 'object'
      )
        continue
      holder[last] = wrong
      expect(() => checked(damaged), String(wrong)).toThrow(TypeError)
    }
  },
)
