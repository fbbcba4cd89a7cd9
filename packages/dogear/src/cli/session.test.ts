import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { msgpackCodec } from '../codec/codec.ts'
import type { Engine } from '../engine/contract.ts'
import { createEngine } from '../engine/engine.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { at } from '../store/cases/bench.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import type { Command } from '../turn/commands.ts'
import type { SessionRecord } from '../turn/record.ts'
import { takeTurn } from '../turn/take-turn.ts'
import { onStore } from './config.fixture.ts'
import { look, type Session } from './session.ts'
import { argumentsLast, toSessionId, toSessionName } from './session-id.ts'

const [selector, secret] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')]
const id = createHash('sha256').update(selector).digest('base64url')

it('a session is named by its id, or by its cookie with or without the name', () => {
  for (const text of [id, `${selector}.${secret}`, `__Host-dogear.checkout=${selector}.${secret}`])
    expect(toSessionId(text)).toBe(id)
  for (const text of ['', 'nope', selector, `${selector}.`, `${id}.${secret}`, `${selector}.${secret}.x`])
    expect(toSessionId(text)).toBeUndefined()
})

it('a session that is not there, and one that was ended, are told apart', async () => {
  const store = memoryStore()
  expect(await look(onStore(store).engine, 'never')).toEqual({ found: 'nothing', session: 'never' })
  await store.remove('ended', 1000)
  expect(await look(onStore(store).engine, 'ended')).toEqual({ found: 'removed', session: 'ended' })
})

it('a record that cannot be read is described by format byte, size and position, and kept', async () => {
  const store = memoryStore()
  const bytes = Uint8Array.of(9, 1, 2)
  await store.commit('odd', 0, { bytes, ...at(1, 3), ttlMs: 60_000 })
  expect(await look(onStore(store).engine, 'odd')).toEqual({
    found: 'unreadable',
    session: 'odd',
    format: 9,
    bytes: 3,
    position: at(1, 3),
    reason: 'record_unreadable: the stored record cannot be read; it is kept as it is',
  })
  expect(await store.read('odd')).toMatchObject({ bytes })
})

it('a session is also named by the reference of an error, even one that begins with a dash', () => {
  for (const text of ['Abc_-12345', '-bc_-12345', id]) expect(toSessionName(text)).toBe(text)
  for (const text of ['Abc12345', 'Abc12345678', 'abc 123456']) expect(toSessionName(text)).toBeUndefined()
})

describe('a command line', () => {
  const takesValue = new Map([
    ['--json', false],
    ['--drain-ms', true],
    ['--interval', true],
    ['--session', true],
    ['--op-id', true],
  ])
  const arranged = (...words: string[]) => argumentsLast(words, takesValue)
  const event = '{"type":"paid"}'

  it.each(['-bc_-12345', '--c_-12345', '--interva1', `-${id.slice(1)}`, `--${id.slice(2)}`, `---${id.slice(3)}`])(
    'takes %s for the name of a session, wherever it stands, and leaves the arguments in their order',
    (name) => {
      expect(arranged('show', name, '--json')).toEqual(['show', '--json', '--', name])
      expect(arranged('send', name, event)).toEqual(['send', '--', name, event])
      const sent = ['send', '--json', '--op-id=evt_1', '--', name, event]
      expect(arranged('send', '--json', name, event, '--op-id', 'evt_1')).toEqual(sent)
      expect(arranged('send', name, '--json', event, '--op-id', 'evt_1')).toEqual(sent)
      expect(arranged('send', '--json', '--op-id', 'evt_1', '--', name, event)).toEqual(sent)
    },
  )

  it.each(['-bc_-12345', '--interval', `-${id.slice(1)}`, '--json', 'a=b', ''])('takes %j for a value', (value) => {
    expect(arranged('erase', '--json', '--session', value)).toEqual(['erase', '--json', `--session=${value}`])
    expect(arranged('erase', `--session=${value}`)).toEqual(['erase', `--session=${value}`])
    expect(arranged('send', id, event, '--op-id', value)).toEqual(['send', `--op-id=${value}`, id, event])
  })

  it('is left as it is otherwise', () => {
    for (const words of [[], ['--help'], ['help', 'send'], ['show', id], ['send', id, event], ['erase', '--session']])
      expect(arranged(...words)).toEqual(words)
    expect(arranged('show', 'nope', '--jsno')).toEqual(['show', '--jsno', 'nope'])
    expect(arranged('worker', '--interval', '5', '--drain-ms', '5')).toEqual(['worker', '--interval=5', '--drain-ms=5'])
  })
})

describe('a session that does not open', () => {
  async function stored(change: (record: SessionRecord) => SessionRecord = (record) => record): Promise<Store> {
    const store = memoryStore()
    const { record } = takeTurn(checkout as never, undefined, first, now)
    const codec = msgpackCodec()
    const bytes = codec.encode(change(record as SessionRecord))
    await store.commit('s', 0, { bytes, ...at(1), ttlMs: 1e9, dueAt: now })
    return store
  }
  const failureOf = async (engine: Engine): Promise<string | null> => ((await look(engine, 's')) as Session).failure

  it('is shown with the reason: a flow this config does not have', async () => {
    const engine = createEngine({ store: await stored((record) => ({ ...record, flow: 'orders' })), flows: [checkout] })
    expect(await failureOf(engine)).toBe('unknown_flow: this config has no flow "orders"')
  })

  it('is shown with the reason: a version this config does not know', async () => {
    const engine = createEngine({ store: await stored((record) => ({ ...record, version: 7 })), flows: [checkout] })
    expect(await failureOf(engine)).toMatch(/^newer_version: the session is of version 7, this process knows 1$/)
  })

  it('is shown with the reason: a migration that fails, without what it said of the person', async () => {
    const migrations = {
      1: () => {
        throw new Error('canary@example.com is no address')
      },
    }
    const flow = { ...checkout, version: 2, migrations } as unknown as typeof checkout
    const engine = createEngine({ store: await stored(), flows: [flow] })
    const failure = await failureOf(engine)
    expect(failure).toMatch(/^record_unreadable: the migration from version 1 failed \(Error at /)
    expect(failure).not.toContain('canary')
  })

  it('is shown with the reason: a view that fails', async () => {
    const broken = {
      ...checkout,
      view: () => {
        throw new Error('no view')
      },
    }
    expect(await failureOf(createEngine({ store: await stored(), flows: [broken] }))).toMatch(/^flow_failed: the view/)
  })

  it('is told from one that does', async () => {
    expect(await failureOf(createEngine({ store: await stored(), flows: [checkout] }))).toBeNull()
  })
})

const now = Date.UTC(2026, 0, 1)
const first = {
  ...{ kind: 'event', opId: 'operation-1', event: { type: 'shipping.submitted', name: 'Ada' } },
  ...{ sender: { secretHash: 'c2VjcmV0', label: '' }, session: 's', mark: at(1).mark, leaseMs: 1 },
} as unknown as Command
