// Text and data at the door: carried as they are, mended where text is broken, or refused with the place.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { maxParts } from '../plain-data.ts'
import type { SessionRecord } from './record.ts'
import { createSession } from './session.fixture.ts'
import { mendedTurn } from './take-turn.ts'

const events = { sent: z.object({ value: z.any() }) }
const machine = setup({
  types: { context: {} as { value: unknown }, events: {} as { type: 'sent'; value: unknown } },
}).createMachine({
  initial: 'form',
  context: { value: null },
  states: { form: { id: 'form', meta: { step: { path: 'form', title: 'Form' } } } },
  on: { sent: { actions: assign({ value: ({ event }) => event.value }) } },
})
const flow = defineFlow({ id: 'open', version: 1, machine, events })

/** The stored form of `value`, sent in an event, read back. */
function stored(value: unknown): unknown {
  const session = createSession(flow)
  const { outcome } = session.event({ type: 'sent', value })
  if (outcome.kind !== 'applied' || !session.record) return outcome
  return (msgpackCodec().decode(msgpackCodec().encode(session.record)).snapshot.context as { value: unknown }).value
}

const invalid = (message: string, ...path: (string | number)[]) => ({
  kind: 'rejected',
  reason: 'invalid',
  issues: [{ path: ['value', ...path], message: `This cannot be kept: ${message}.` }],
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const circle: unknown[] = []
circle.push(circle)
class Money {
  amount = 1
}
const wide = Object.fromEntries(Array.from({ length: 65_536 }, (_, index) => [`k${index}`, 1]))

describe('what a person sends', () => {
  it.each<[string, unknown]>([
    ['dates', new Date(5)],
    ['maps and sets', new Map([[{ a: 1 }, new Set([1n, 'x'])]])],
    ['big numbers', 2n ** 60n],
    ['bytes', Uint8Array.of(1, 2)],
    ['-0', [-0, { a: -0 }, new Map([['x', -0]]), new Set([1])]],
    ['what JSON lacks', [Number.NaN, Number.POSITIVE_INFINITY, undefined]],
    ['names of members that objects have', { constructor: 1, hasOwnProperty: 2, length: 3 }],
    ['any well-formed text', '\u{1f600} e\u0301 \u0000'],
  ])('is carried as it is: %s', (_, value) => {
    expect(stored(value)).toStrictEqual(value)
  })

  it.each<[string, unknown, ReturnType<typeof invalid>]>([
    ['functions', { a: () => 1 }, invalid('a function', 'a')],
    ['symbols', [Symbol('x')], invalid('a symbol', 0)],
    ['keys that are symbols', { a: { [Symbol('x')]: 1 } }, invalid('a key that is a symbol', 'a')],
    ['instances of classes', [[new Money()]], invalid('an instance of Money', 0, 0)],
    ['promises', { a: Promise.resolve() }, invalid('an instance of Promise', 'a')],
    ['dates that are none', new Date(Number.NaN), invalid('an invalid date')],
    // biome-ignore lint/suspicious/noSparseArray: on purpose.
    ['lists with gaps', { a: [1, , 3] }, invalid('a list with gaps or names', 'a')],
    ['lists with names', Object.assign([1], { name: 'x' }), invalid('a list with gaps or names')],
    ['the key __proto__', JSON.parse('{"a":{"__proto__":1}}'), invalid('a key named __proto__', 'a')],
    ['too many members', { wide }, invalid('an object with more than 65535 members', 'wide')],
    [
      'keys that would become one',
      { a: { '\ud800': 1, '\ud801': 2 } },
      invalid('keys that are the same without their lone surrogates', 'a'),
    ],
  ])('is refused with the path: %s', (_, value, outcome) => {
    expect(stored(value)).toEqual(outcome)
  })

  it.each<[string, unknown]>([
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no')
        },
      },
    ],
    [
      'a proxy that throws when it is read',
      new Proxy(
        { a: 1 },
        {
          get: () => {
            throw new Error('no')
          },
        },
      ),
    ],
    [
      'a proxy that names no keys',
      [
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('no')
            },
          },
        ),
      ],
    ],
    [
      'a proxy without a prototype',
      {
        a: new Proxy(
          {},
          {
            getPrototypeOf: () => {
              throw null
            },
          },
        ),
      },
    ],
    ['a proxy that was revoked', revoked()],
    [
      'an iterator that throws',
      Object.assign(new Map(), {
        [Symbol.iterator]: () => {
          throw new Error('no')
        },
      }),
    ],
  ])('is refused, and throws nothing: %s', (_, value) => {
    expect(createSession(flow).event({ type: 'sent', value }).outcome).toMatchObject({ reason: 'invalid' })
    expect(createSession(flow).draft('form', { value }).outcome).toMatchObject({ reason: 'invalid' })
  })

  it.each([null, undefined, 'sent', 7, [], {}, { type: 7 }])('is refused if it is no event: %j', (sent) => {
    expect(createSession(flow).event(sent as never).outcome).toMatchObject({ reason: 'invalid' })
  })

  it('is refused if it throws when it is read, even if one asks for its type', () => {
    const throwing = (name: string) =>
      Object.defineProperty({ type: 'sent' }, name, {
        enumerable: true,
        get: () => {
          throw new Error('no')
        },
      })
    for (const name of ['type', 'value'])
      expect(createSession(flow).event(throwing(name)).outcome).toEqual({
        ...{ kind: 'rejected', reason: 'invalid' },
        issues: [{ path: [], message: expect.stringMatching(/^This cannot be kept: .{8}/) }],
      })
  })

  it('is refused without an operation id, and as no event, in words', () => {
    for (const [sent, path] of [
      [createSession(flow).event({ type: 'sent' }, { opId: 7 as never }), ['opId']],
      [createSession(flow).event(7 as never), []],
    ] as const)
      expect(sent.outcome).toEqual({
        ...{ kind: 'rejected', reason: 'invalid' },
        issues: [{ path, message: expect.stringMatching(/^This cannot be kept: no .{5}/) }],
      })
  })

  it('is refused if it holds itself, is too deep, or shares its parts without end', () => {
    expect(stored(circle)).toMatchObject({ reason: 'invalid' })
    let shared: unknown = 'leaf'
    for (let level = 0; level < 23; level++) shared = { one: shared, other: shared }
    const message = `This cannot be kept: more than ${maxParts} values.`
    expect(stored(shared)).toMatchObject({ reason: 'invalid', issues: [{ path: [], message }] })
    let few: unknown = 'leaf'
    for (let level = 0; level < 8; level++) few = { one: few, other: few }
    expect(stored(few)).toEqual(few)
  })

  it('has well-formed text: U+FFFD stands for every lone surrogate, in keys and drafts, too', () => {
    expect(stored({ 'a\ud800': ['x\udfff', new Map([['\ud83d', 1]])] })).toEqual({
      'a\ufffd': ['x\ufffd', new Map([['\ufffd', 1]])],
    })
    const session = createSession(flow)
    session.draft('form', { 'note\ud83d': 'hi \ud83d' })
    expect(session.record?.drafts).toMatchObject({ form: { values: { 'note\ufffd': 'hi \ufffd' } } })
    expect(session.draft('form', { '\ud800a': 'one', '\ud801a': 'two' }).outcome).toMatchObject({ reason: 'invalid' })
  })

  it('is mended also where the flow cuts a character in half; unless two keys would become one', () => {
    const record = createSession(flow)
    record.event({ type: 'sent', value: '\u{1f600}' })
    const cut = (context: unknown, effects: readonly unknown[] = []) => {
      const { snapshot, ...rest } = record.record as SessionRecord
      const turn = {
        changed: true,
        record: { ...rest, snapshot: { ...snapshot, context } },
        shown: {},
        after: { effects },
      }
      return mendedTurn(flow as never, { ...turn, after: { actions: [], effects, dropped: [], failures: [] } } as never)
    }
    const mended = cut({ name: '\ud83d', 'k\udfff': [new Map([['\ud800', 1]])] }, [{ input: 'a\ud83d' }])
    expect(mended).toMatchObject({
      record: { snapshot: { context: { name: '\ufffd', 'k\ufffd': [new Map([['\ufffd', 1]])] } } },
      after: { effects: [{ input: 'a\ufffd' }], failures: [{ code: 'flow_failed' }] },
      shown: undefined,
    })
    expect(cut({ '\ud800': 1, '\ud801': 2 })).toBeUndefined()
    expect(
      cut([
        new Map([
          ['\ud800', 1],
          ['\ud801', 2],
        ]),
      ]),
    ).toBeUndefined()
  })

  it('is mended after its schema, too, which may cut a character in half', () => {
    const short = z.object({ value: z.string().transform((text) => text.slice(0, 1)) })
    const session = createSession(defineFlow({ id: 'open', version: 1, machine, events: { sent: short } }))
    session.event({ type: 'sent', value: '\u{1f600}' })
    expect(session.record?.snapshot.context).toEqual({ value: '\ufffd' })
  })

  it('is carried or refused, whatever it is, and never changed in silence', () => {
    const anything = fc.anything({
      ...{
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
      },
      ...{ withNullPrototype: true, maxDepth: 3 },
    })
    let seen = 0
    let carried = 0
    fc.assert(
      fc.property(anything, (value) => {
        seen++
        const found = stored(value)
        if ((found as { reason?: unknown } | undefined)?.reason === 'invalid') return
        carried++
        expect(found).toEqual(value)
      }),
      { seed: 7, numRuns: 500 },
    )
    expect(carried).toBeGreaterThan(seen / 5)
  })
})

describe('the same operation', () => {
  const kinds: unknown[] = [
    ...[new Date(0), new Date(1), 0, '0', -0, 1n, '1n', 1, null, 'null', true, 'true', Number.NaN],
    ...[[], {}, [1], new Set([1]), new Map([[1, 1]]), [[1, 1]], Uint8Array.of(1), Uint8Array.of(2), new Map([[1, 2]])],
    ...['Date(0)', { a: new Date(0) }, { a: new Date(1) }, { a: 1 }, { a: '1' }, new Set([new Date(0)])],
  ]
  it('with another body is not a repetition, whatever kind of data the body holds', () => {
    for (const [index, body] of kinds.entries()) {
      const session = createSession(flow)
      session.event({ type: 'sent', value: body }, { opId: 'operation' })
      const outcomes = kinds.map(
        (other) => session.event({ type: 'sent', value: other }, { opId: 'operation' }).outcome,
      )
      const repeated = outcomes.flatMap(({ kind }, at) => (kind === 'duplicate' ? [at] : []))
      expect(repeated).toEqual([index])
    }
  })

  it('is a repetition although it was sent as an equal copy', () => {
    for (const body of kinds) {
      const session = createSession(flow)
      session.event({ type: 'sent', value: body }, { opId: 'operation' })
      const again = session.event({ type: 'sent', value: structuredClone(body) }, { opId: 'operation' })
      expect(again.outcome).toEqual({ kind: 'duplicate' })
    }
  })
})
