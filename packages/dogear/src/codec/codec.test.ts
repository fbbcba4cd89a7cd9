// Records survive storage; values that would not are refused; unreadable bytes are an error.

import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { newRecord, type SessionRecord } from '../turn/record.ts'
import { play, script } from '../turn/script.fixture.ts'
import { browser, createSession, offer, start } from '../turn/session.fixture.ts'
import type { FormDraft } from '../wire.ts'
import { jsonCodec, msgpackCodec } from './codec.ts'
import { knownFormat, knownLayout } from './pack.ts'
import { fromRows } from './packable.ts'

const withContext = (context: unknown): SessionRecord =>
  newRecord(checkout, { status: 'active', value: 'shipping', context }, start)
const roundTrip = (context: unknown, codec = msgpackCodec()) =>
  codec.decode(codec.encode(withContext(context))).snapshot.context
const secretHash = Buffer.alloc(32, 7).toString('base64url')

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
    ),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.array(fc.oneof(fc.integer(), fc.string())).map((members) => new Set(members)),
  ),
})).value

describe('MessagePack', () => {
  it('gives back Date, Map, Set, BigInt, bytes and nested data exactly', () => {
    const context = {
      at: new Date(5),
      map: new Map<unknown, unknown>([[1, new Map([['a', { deep: new Set([1]) }]])]]),
      big: 2n ** 70n,
      bytes: Uint8Array.of(1, 2),
      gone: undefined,
      list: [1, [2]],
      text: 'né 🦊',
      zeros: [0, -0, { a: -0 }, new Set([[-0]]), new Map([['a', [-0]]])],
    }
    expect(roundTrip(context)).toStrictEqual(context)
  })

  it.each([
    [
      'the same names',
      [
        { a: 1, b: 'x' },
        { a: 2, b: 'y' },
        { a: null, b: undefined },
      ],
    ],
    [
      'the same names in another order',
      [
        { a: 1, b: 2 },
        { b: 1, a: 2 },
      ],
    ],
    ['more and fewer names', [{ a: 1 }, { a: 1, b: 2 }, {}]],
    ['no names', [{}, {}]],
    ['rows of their own', [{ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 3 }, { b: 4 }] }]],
    ['something else among them', [{ a: 1 }, [1], { a: 2 }, new Map([['a', 3]]), new Date(4), null]],
    [
      'values that need care',
      [
        { a: -0, b: new Map([[1, [{ c: 1 }, { c: 2 }]]]) },
        { a: 0, b: new Set([{ d: 1 }, { d: 2 }]) },
      ],
    ],
  ])('gives back a long list of objects with %s, names in their order', (_, some) => {
    const list = Array.from({ length: 6 }, () => some as (object | null)[]).flat()
    const again = roundTrip({ list, set: new Set<unknown>(list) }) as { list: (object | null)[] }
    expect(again).toStrictEqual({ list, set: new Set<unknown>(list) })
    expect(again.list.map((row) => row && Object.keys(row))).toEqual(list.map((row) => row && Object.keys(row)))
  })

  it('writes the names of a list of objects once', () => {
    const size = (rows: number) =>
      msgpackCodec().encode(withContext(Array.from({ length: rows }, () => ({ quantity: 1, amount: 2, reduced: 3 }))))
        .length
    expect(size(20) - size(10)).toBe(10 * 3)
  })

  it.each([
    ['none', []],
    ['no list of names', [1, 2]],
    ['no names', [[], 1]],
    ['names that are none', [[1], 2]],
    ['a name that would become the prototype', [['__proto__'], {}]],
    ['a row that is cut off', [['a', 'b'], 1, 2, 3]],
  ])('reads no rows that have %s', (_, cells) => {
    expect(() => fromRows(cells)).toThrow(TypeError)
  })

  it('keeps as many members of one object as MessagePack can count', () => {
    const wide = Object.fromEntries(Array.from({ length: 65_535 }, (_, index) => [`k${index}`, index]))
    expect(roundTrip(wide)).toEqual(wide)
  })

  it('refuses data that shares its parts without end, before it is written out', () => {
    let shared: unknown = 'leaf'
    for (let level = 0; level < 60; level++) shared = [shared, shared]
    const tooLarge = expect.objectContaining({ code: 'too_large' })
    expect(() => msgpackCodec().encode(withContext({ shared }))).toThrow(tooLarge)
    expect(() => jsonCodec().encode(withContext({ shared: new Map([['a', shared]]) }))).toThrow(tooLarge)
  })

  it('gives back any plain data', () => {
    fc.assert(
      fc.property(plain, (context) => {
        // A driver may hand out a Buffer where bytes went in; both are bytes.
        expect(JSON.stringify(roundTrip(context), readable)).toBe(JSON.stringify(context, readable))
      }),
    )
  })

  it('shares nothing with what went in', () => {
    const inner = { list: [1] }
    const out = roundTrip({ inner }) as { inner: { list: number[] } }
    out.inner.list.push(2)
    expect(inner.list).toEqual([1])
  })

  it('gives out bytes that are not those of the store', () => {
    const stored = msgpackCodec().encode(withContext({ bytes: Uint8Array.of(1, 2) }))
    const { bytes } = msgpackCodec().decode(stored).snapshot.context as { bytes: Uint8Array }
    bytes.fill(9)
    expect(msgpackCodec().decode(stored).snapshot.context).toEqual({ bytes: Uint8Array.of(1, 2) })
  })
})

function readable(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key]
  if (typeof raw === 'bigint') return `bigint:${raw}`
  if (raw === undefined) return 'undefined!'
  if (raw instanceof Date) return `date:${raw.getTime()}`
  if (raw instanceof Map) return ['map', ...raw]
  if (raw instanceof Set) return ['set', ...raw]
  if (raw instanceof Uint8Array) return `bytes:${Buffer.from(raw).toString('hex')}`
  return typeof raw === 'number' && !Number.isFinite(raw) ? `number:${raw}` : value
}

describe('a record', () => {
  it('comes back as it was, whatever people on several devices did', () => {
    const codecs = [msgpackCodec(), jsonCodec()]
    fc.assert(
      fc.property(script, (turns) =>
        play(turns, ({ turn: { record } }) => {
          for (const codec of record ? codecs : [])
            expect(codec.decode(codec.encode(record as SessionRecord))).toEqual(record)
        }),
      ),
      { numRuns: 30 },
    )
  })

  it('of drafts of any values, at any times or none, comes back as it was', () => {
    const names = fc.string().filter((name) => name !== '__proto__')
    const times = fc.integer({ min: -600_000, max: 2 ** 40 }).map((age) => start - age)
    const draft = fc.record(
      {
        values: fc.dictionary(names, plain),
        issues: fc.array(fc.record({ path: fc.array(fc.oneof(fc.string(), fc.nat())), message: fc.string() })),
        at: fc.dictionary(names, times),
        whole: fc.constant(true as const),
      },
      { requiredKeys: ['values', 'issues'] },
    ) as fc.Arbitrary<FormDraft>
    const form = names.filter((name) => name !== '' && name !== '__proto__')
    const forms = fc.dictionary(form, draft, { minKeys: 1, maxKeys: 3 })
    const stepDraft = fc.oneof(
      draft,
      fc.tuple(draft, forms).map(([top, forms]) => ({ ...top, forms })),
    )
    fc.assert(
      fc.property(fc.dictionary(names, stepDraft), (drafts) => {
        const record = { ...withContext({}), drafts }
        const again = msgpackCodec().decode(msgpackCodec().encode(record))
        expect(JSON.stringify(sorted(again.drafts), readable)).toBe(JSON.stringify(sorted(drafts), readable))
      }),
      { numRuns: 40 },
    )
  })

  it('of somebody who owes an answer keeps that', () => {
    for (const codec of [msgpackCodec(), jsonCodec()]) {
      const record: SessionRecord = { ...withContext({}), owing: true }
      expect(codec.decode(codec.encode(record))).toEqual(record)
    }
  })

  it('of one of several sessions keeps its key, with and without what may come before it', () => {
    for (const codec of [msgpackCodec(), jsonCodec()])
      for (const more of [{}, { owing: true as const }, { at: 'shipping' }]) {
        const record: SessionRecord = { ...withContext({}), ...more, birth: { key: 'order-42' } }
        expect(codec.decode(codec.encode(record))).toEqual(record)
        const sealed: SessionRecord = { ...record, birth: { sealedSelector: 'k1.x' } }
        expect(codec.decode(codec.encode(sealed))).toEqual(sealed)
      }
  })

  it('of drafts names each field once', () => {
    const values = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`some field number ${index}`, 'x']))
    const at = Object.fromEntries(Object.keys(values).map((name, index) => [name, start - index * 1_000]))
    const size = (draft: FormDraft) => msgpackCodec().encode({ ...withContext({}), drafts: { shipping: draft } }).length
    const issues: FormDraft['issues'] = []
    expect(size({ values, issues, at }) - size({ values, issues })).toBeLessThanOrEqual(4 * 20)
  })
})

/** Times in the order of their fields' names: their own does not matter. */
function sorted(drafts: SessionRecord['drafts']): unknown {
  const sortedForm = ({ at, ...rest }: FormDraft) => [rest, at && Object.entries(at).sort()]
  return Object.entries(drafts).map(([step, { forms = {}, ...top }]) => [
    step,
    sortedForm(top),
    Object.entries(forms).map(([form, draft]) => [form, sortedForm(draft)]),
  ])
}

describe('what cannot be carried is refused with its path', () => {
  class Money {}
  const circle: { self?: unknown } = {}
  circle.self = circle
  it.each([
    ['a function', { a: { pay: () => 1 } }, 'snapshot'],
    ['a symbol', { tags: [Symbol('x')] }, 'tags[0]'],
    ['a class instance', { total: new Money() }, 'Money'],
    ['an invalid date', { at: new Date(Number.NaN) }, 'at'],
    ['a regular expression', { at: /x/ }, 'RegExp'],
    ['a lone surrogate', { name: '\ud800' }, 'name'],
    ['a circle', circle, 'circle'],
    ['a key that is a symbol', { tags: [{ [Symbol('x')]: 1 }] }, 'tags[0]'],
    ['a key with a lone surrogate', { tags: [{ '\ud800': 1 }] }, 'tags[0]'],
    // biome-ignore lint/suspicious/noSparseArray: on purpose.
    ['a list with gaps', { tags: [1, , 2] }, 'tags'],
    ['a list with names', { tags: 'a'.match(/a/) }, 'tags'],
    [
      'more than 65,535 members',
      { wide: Object.fromEntries(Array.from({ length: 65_536 }, (_, i) => [i, i])) },
      'wide',
    ],
    ['a function in a map', { map: new Map([['k', () => 1]]) }, 'map.k'],
  ])('%s', (_, context, clue) => {
    const refused = expect.objectContaining({
      code: 'not_serializable',
      message: expect.stringContaining(clue === 'snapshot' ? 'a.pay' : clue),
    })
    expect(() => msgpackCodec().encode(withContext(context))).toThrow(refused)
  })

  it.each([
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a set', new Set()],
    ['a big integer', 1n],
    ['NaN', Number.NaN],
    ['bytes', Uint8Array.of(1)],
    ['-0', -0],
  ])('%s by JSON', (_, value) => {
    expect(() => jsonCodec().encode(withContext({ value }))).toThrow(
      expect.objectContaining({ code: 'not_serializable', message: expect.stringContaining('value') }),
    )
  })
})

describe('stored bytes', () => {
  const bytes = msgpackCodec().encode(withContext({ name: 'Ada' }))
  const unreadable = expect.objectContaining({ code: 'record_unreadable' })

  it('start with the format, and every codec reads every format', () => {
    const json = jsonCodec().encode(withContext({ name: 'Ada' }))
    expect([bytes[0], json[0]]).toEqual([1, 2])
    expect(msgpackCodec().decode(json)).toEqual(jsonCodec().decode(bytes))
  })

  it.each([
    ['nothing', []],
    ['an unknown format', [9, 1, 2]],
    ['half a record', [...bytes.subarray(0, bytes.length - 9)]],
    ['trailing bytes', [...bytes, 1]],
    ['something else', [1, 0x93, 1, 2, 3]],
    ['other JSON', [2, 0x7b, 0x7d]],
  ])('that are %s are unreadable', (_, broken) => {
    expect(() => msgpackCodec().decode(Uint8Array.from(broken))).toThrow(unreadable)
  })

  it('of a later layout are newer_version, to be left alone', () => {
    // After the codec's byte and the head of the list.
    const later = msgpackCodec()
      .encode(withContext({}))
      .with(4, knownLayout + 1)
    const json = jsonCodec().encode({ ...withContext({}), format: knownFormat + 1 })
    for (const stored of [later, json])
      expect(() => msgpackCodec().decode(stored)).toThrow(expect.objectContaining({ code: 'newer_version' }))
  })

  it('with any byte changed are read as a record or refused, never anything else', () => {
    const ada = browser('Desktop', 'ada')
    const session = createSession(checkout)
    session.event({ type: 'note.added' }, { from: ada })
    session.draft('shipping', { name: 'A', city: null }, { from: ada })
    session.access({ kind: 'issue', handoff: offer('one'), sender: ada })
    session.access({ kind: 'redeem', by: 'link', hash: 'one', device: browser('Phone') })
    session.access({ kind: 'issue', handoff: offer('two', 'join'), sender: browser('Phone') })
    const full = msgpackCodec().encode(session.record as SessionRecord)
    fc.assert(
      fc.property(fc.nat(full.length - 1), fc.nat(255), (index, value) => {
        const broken = Uint8Array.from(full)
        broken[index] = value
        try {
          expect(msgpackCodec().decode(broken).format).toBeTypeOf('number')
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/record_unreadable|newer_version/)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the bookkeeping', () => {
  function busySession() {
    const session = createSession(checkout)
    const minute = 61_237
    let now = start
    const tick = () => {
      now += minute
      return now
    }
    const go = (type: string, step: string, payload = {}) =>
      session.event(
        { type, ...payload },
        { opId: `${crypto.randomUUID()}`, step, position: session.position(), now: tick() },
      )
    for (let round = 0; round < 3; round++) {
      go('shipping.submitted', 'shipping', { name: 'Ada' })
      go('payment.submitted', 'payment', { token: `tok_${round}` })
      go('note.added', 'review')
      go('order.placed', 'review')
      session.settle('chargeCard', round + 1, { ok: false, error: new Error('declined') }, tick())
      go('payment.retried', 'declined')
      go('payment.submitted', 'payment', { token: 'tok_x' })
    }
    return session.record as SessionRecord
  }

  it('of a session of 20 turns takes at most 512 bytes, and 64 more per device', () => {
    const record: SessionRecord = { ...busySession(), devices: [], timers: [], effects: [] }
    const device = {
      id: 'd1',
      secretHash,
      label: 'Firefox on Linux',
      createdAt: start + 100_000,
      seenAt: record.updatedAt - 100_000,
    }
    expect(record.revision).toBeGreaterThanOrEqual(20)
    expect([record.trail.length, record.receipts.length]).toEqual([20, 16])
    const codec = msgpackCodec()
    const size = (some: SessionRecord) => codec.encode(some).length
    const snapshot = new Packr({ useRecords: false }).pack(record.snapshot).length
    expect(size(record) - snapshot).toBeLessThanOrEqual(512)
    const two = [device, { ...device, id: 'd2', owned: true as const }]
    expect((size({ ...record, devices: two }) - size(record)) / 2).toBeLessThanOrEqual(64)
  })
})
