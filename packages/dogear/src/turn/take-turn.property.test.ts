// What holds for every sequence of commands.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonCodec, msgpackCodec } from '../codec/codec.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { positionOf, type SessionRecord } from './record.ts'
import { sender, start } from './session.fixture.ts'
import { type Command, takeTurn } from './take-turn.ts'

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
const age = fc.option(fc.nat(3), { nil: undefined })

/** A command as an intention; positions are relative to what the record is at when it is taken. */
const intention = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      op: fc.nat(30),
      type: fc.constantFrom(...types),
      name: fc.constantFrom('Ada', ' Grace ', ''),
      step: fc.option(fc.constantFrom(...steps), { nil: undefined }),
      age,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('draft' as const),
      op: fc.nat(30),
      step: fc.constantFrom(...steps),
      name: fc.string(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), generation: fc.nat(4), ok: fc.boolean() }),
  },
)
const script = fc.array(fc.tuple(intention, fc.nat(600_000)), { maxLength: 40 })
const engine = { session: 's', nonce: 'bm9uY2U', leaseMs: 60_000 }

function toCommand(
  record: SessionRecord | undefined,
  wish: typeof intention extends fc.Arbitrary<infer T> ? T : never,
): Command {
  if (wish.kind === 'wake') return { kind: 'wake', ...engine }
  if (wish.kind === 'settle')
    return {
      kind: 'settle',
      holding: { id: 'chargeCard', generation: wish.generation, attempt: 1 },
      result: wish.ok ? { ok: true, output: 'r' } : { ok: false, error: new Error('no') },
      ...engine,
    }
  const opId = `op-${wish.op}`
  if (wish.kind === 'draft')
    return { kind: 'draft', opId, step: wish.step, values: { name: wish.name }, issues: [], sender, ...engine }
  const { epoch, revision } = record ? positionOf(record) : { epoch: 0, revision: 0 }
  const position = wish.age === undefined ? {} : { position: { epoch, revision: Math.max(0, revision - wish.age) } }
  return {
    kind: 'event',
    opId,
    event: { type: wish.type, name: wish.name, token: 'tok' },
    sender,
    ...position,
    ...(wish.step === undefined ? {} : { step: wish.step }),
    ...engine,
  }
}

function walk(
  turns: [typeof intention extends fc.Arbitrary<infer T> ? T : never, number][],
  visit: (step: {
    before: SessionRecord | undefined
    command: Command
    now: number
    turn: ReturnType<typeof takeTurn>
  }) => void,
) {
  let record: SessionRecord | undefined
  let now = start
  for (const [wish, passed] of turns) {
    now += passed
    const command = toCommand(record, wish)
    const turn = takeTurn(checkout, record, command, now)
    visit({ before: record, command, now, turn })
    record = turn.record
  }
}

it('an applied turn moves the record by exactly one revision, and every other outcome leaves it the same object', () => {
  fc.assert(
    fc.property(script, (turns) =>
      walk(turns, ({ before, turn }) => {
        if (turn.outcome.kind === 'applied') expect(turn.record?.revision).toBe((before?.revision ?? 0) + 1)
        else expect(turn.record).toBe(before)
        if (turn.outcome.kind !== 'applied') expect(turn.after).toEqual({ acts: [], effects: [], dropped: [] })
      }),
    ),
  )
})

it('the same inputs give the same outputs, and the input is not changed', () => {
  const codec = msgpackCodec()
  const bytes = (record: SessionRecord | undefined) => record && Buffer.from(codec.encode(record, 's')).toString('hex')
  fc.assert(
    fc.property(script, (turns) =>
      walk(turns, ({ before, command, now, turn }) => {
        const frozen = bytes(before)
        const again = takeTurn(checkout, before, command, now)
        expect(bytes(again.record)).toBe(bytes(turn.record))
        expect(again.outcome).toEqual(turn.outcome)
        expect(bytes(before)).toBe(frozen)
      }),
    ),
  )
})

it('sending an applied command again changes nothing, also from storage', () => {
  const codecs = [msgpackCodec(), jsonCodec()]
  fc.assert(
    fc.property(script, (turns) =>
      walk(turns, ({ command, now, turn }) => {
        if (turn.outcome.kind !== 'applied' || !turn.record) return
        for (const codec of codecs) {
          const stored = codec.decode(codec.encode(turn.record, 's'), 's')
          expect(takeTurn(checkout, stored, command, now).outcome.kind).toBe('duplicate')
        }
      }),
    ),
  )
})

it('continuing from storage is the same as continuing from memory', () => {
  const codec = msgpackCodec()
  fc.assert(
    fc.property(script, (turns) =>
      walk(turns, ({ before, command, now, turn }) => {
        const stored = before && codec.decode(codec.encode(before, 's'), 's')
        const again = takeTurn(checkout, stored, command, now)
        expect(again.outcome).toEqual(turn.outcome)
        if (again.record) expect(again.record).toEqual(turn.record)
      }),
    ),
  )
})

it('the card is charged only out of review, once per entry, and nothing else makes an order paid', () => {
  fc.assert(
    fc.property(script, (turns) => {
      const started = new Set<string>()
      walk(turns, ({ before, command, turn }) => {
        for (const { effectId } of turn.after.effects) {
          expect(started.has(effectId)).toBe(false)
          started.add(effectId)
          expect(before?.snapshot.value).toBe('review')
        }
        if (turn.outcome.kind === 'applied' && turn.record?.snapshot.value === 'confirmed')
          expect(command.kind).toBe('settle')
      })
    }),
  )
})
