// Random histories of a checkout: commands of people on several devices, and of the engine.

import fc from 'fast-check'
import { checkout } from '../flow/checkout.fixture.ts'
import type { Opened } from './advance.ts'
import type { AccessCommand, Command, Sender } from './commands.ts'
import { recordOf } from './open.ts'
import type { SessionRecord } from './record.ts'
import { added, browser, offer, at as positionAt, sender, start } from './session.fixture.ts'
import { type Turn, takeTurn } from './take-turn.ts'

const types = [
  'shipping.submitted',
  'payment.submitted',
  'order.placed',
  'payment.retried',
  'note.added',
  'hold.expired',
  'xstate.done.actor.chargeCard',
  'xstate.stop',
  'nonsense',
]
const steps = ['shipping', 'payment', 'review', 'paying', 'declined', 'expired', 'confirmed', 'nowhere']
/** The event each state waits for. */
const next: Readonly<Record<string, string>> = {
  shipping: 'shipping.submitted',
  payment: 'payment.submitted',
  review: 'order.placed',
  declined: 'payment.retried',
  expired: 'payment.retried',
}
const access = [
  'issue',
  'issue',
  'redeem',
  'redeem',
  'redeem',
  'open-as-owner',
  'take-back',
  'revoke',
  'extend',
  'attach',
] as const
/** The index of the device that sends it; the last one may have lost access, or never had any. */
const by = fc.nat(9)

/** Mostly nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const event = fc.record({
  kind: fc.constant('event' as const),
  op: fc.nat(30),
  by,
  type: rarely(fc.constantFrom(...types)),
  name: fc.constantFrom('Ada', 'Ada', ' Grace ', ''),
  step: rarely(fc.constantFrom(...steps)),
  age: rarely(fc.nat(3)),
})
const draft = fc.record({
  kind: fc.constant('draft' as const),
  op: fc.nat(30),
  by,
  step: fc.constantFrom(...steps),
  name: fc.oneof(fc.string(), fc.constant(null)),
  ageMs: fc.nat(900_000),
})
const change = fc.record({
  kind: fc.constantFrom(...access),
  by,
  other: fc.nat(9),
  mode: fc.constantFrom('move' as const, 'join' as const),
  owner: fc.constantFrom('ada', 'ada', 'eve'),
})
const wake = fc.record({ kind: fc.constant('wake' as const) })
const settle = fc.record({
  kind: fc.constant('settle' as const),
  generation: fc.integer({ min: 1, max: 3 }),
  ok: fc.boolean(),
})

type Given<A> = A extends fc.Arbitrary<infer T> ? T : never
type Wish = Given<typeof event | typeof draft | typeof change | typeof wake | typeof settle>

const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 8, arbitrary: event },
  { weight: 2, arbitrary: draft },
  { weight: 9, arbitrary: change },
  { weight: 1, arbitrary: wake },
  { weight: 3, arbitrary: settle },
)
const passed = fc.oneof({ weight: 9, arbitrary: fc.nat(20_000) }, { weight: 1, arbitrary: fc.nat(900_000) })

/** Wishes, each with the time that passed before; the first one mostly begins a session. */
export const script: fc.Arbitrary<[Wish, number][]> = fc
  .tuple(
    fc.tuple(fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: wish }), passed),
    fc.array(fc.tuple(wish, passed), { maxLength: 40, size: 'large' }),
  )
  .map(([first, rest]) => [first, ...rest])

const at = <T>(list: readonly T[] | undefined, index: number): T | undefined => list?.[index % (list.length || 1)]

/** A device of the record as a sender, signed in if it has to be. */
function senderAt(record: SessionRecord | undefined, index: number): Sender {
  if (!record) return sender
  const device = index === 9 ? (record.ended.at(-1) ?? browser('Stranger')) : (at(record.devices, index) ?? sender)
  const { secretHash, label } = device
  return 'owned' in device && record.owner ? { secretHash, label, owner: record.owner } : { secretHash, label }
}

function toCommand(record: SessionRecord | undefined, wish: Wish, now: number): Command {
  const engine = added(record, 's')
  switch (wish.kind) {
    case 'wake':
      return { kind: 'wake', ...engine }
    case 'settle': {
      const result = wish.ok ? { ok: true as const, output: 'r' } : { ok: false as const, error: new Error('no') }
      return {
        kind: 'settle',
        holding: { effectId: `s.chargeCard.${wish.generation}`, attempt: 1 },
        result,
        ...engine,
      }
    }
    case 'draft': {
      const { step, name, ageMs } = wish
      const values = { name, [`field ${wish.op % 3}`]: 'x' }
      return { kind: 'draft', opId: `op-${wish.op}`, step, values, ageMs, sender: senderAt(record, wish.by), ...engine }
    }
    case 'event': {
      const revision = record?.revision ?? 0
      const { name, step, age } = wish
      const state = String(record?.snapshot.value ?? 'shipping')
      const type = wish.type ?? next[state] ?? 'note.added'
      return {
        kind: 'event',
        opId: `op-${wish.op}`,
        event: { type, name, token: 'tok' },
        sender: senderAt(record, wish.by),
        ...(age === undefined ? {} : { position: positionAt(Math.max(0, revision - age)) }),
        ...(step === undefined ? {} : { step }),
        ...engine,
      }
    }
    default:
      return { ...toAccess(record, wish, now), ...engine }
  }
}

function toAccess(record: SessionRecord | undefined, wish: Given<typeof change>, now: number): AccessCommand {
  const { kind, other, mode, owner } = wish
  const here = senderAt(record, wish.by)
  // Secrets and links are made up anew each time, as a server makes them.
  const key = `${record?.revision ?? 0} ${other}`
  const device = browser(`Device ${key}`)
  switch (kind) {
    case 'issue':
      return { kind, handoff: offer(`link ${key}`, mode, now + 900_000), sender: here }
    case 'redeem': {
      const by = mode === 'move' ? 'link' : 'code'
      return { kind, by, hash: at(record?.handoffs, other)?.[by] ?? 'guess', device }
    }
    case 'open-as-owner':
      return { kind, owner, device }
    case 'take-back':
      return { kind, sender: senderAt(record, 9), device }
    case 'revoke':
      return { kind, device: other > 7 ? 'others' : (at(record?.devices, other)?.id ?? 'd0'), sender: here }
    case 'extend':
      return { kind, sender: here }
    case 'attach':
      return { kind, sender: { ...browser(here.label, owner), secretHash: here.secretHash }, device }
  }
}

export type Moment = { before: SessionRecord | undefined; command: Command; now: number; turn: Turn }

/** Takes the turns of a script one after the other and shows each. */
export function play(turns: readonly [Wish, number][], visit: (moment: Moment) => void): void {
  let stored: SessionRecord | Opened | undefined
  let now = start
  for (const [wish, passed] of turns) {
    now += passed
    const before = stored && recordOf(stored)
    const command = toCommand(before, wish, now)
    const turn = takeTurn(checkout, stored, command, now)
    visit({ before, command, now, turn })
    stored = turn.changed ? turn.shown : turn.record
  }
}
