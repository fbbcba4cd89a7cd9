// Audit: every act that changes who may use a session is one line of the log, with no value of a person.

import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  keys,
  opId,
  order,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import { memoryStore } from '../../store/memory.ts'
import type { HandoffReply, Problem, SavedSession } from '../../wire.ts'
import { tagOf } from '../access.ts'
import { createEngine } from '../engine.ts'
import type { LogLine } from './line.ts'

const base = `${site}/api/flows`
const day = 24 * 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function audited() {
  const lines: LogLine[] = []
  const served = serve({ ...shared, log: (line) => lines.push(line) })
  const person = (cookie = '') => Object.assign(browser(served.http), { cookie })
  const begin = async (someone: ReturnType<typeof person>) => {
    expect((await someone(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))).status).toBe(200)
  }
  const handoff = async (someone: ReturnType<typeof person>, mode: string) =>
    (await (await someone(`${flowUrl}/handoffs`, asJson({ mode }))).json()) as HandoffReply
  return { served, lines, person, begin, handoff }
}
type World = ReturnType<typeof audited>

/** Each prepares what it needs, then returns the one act, whose lines are looked at. */
const audits: [act: string, line: object, prepare: (world: World) => Promise<() => Promise<unknown>>][] = [
  [
    'a session that begins',
    { name: 'session.created', level: 'info', flow: 'order', device: expect.any(String) },
    async ({ person, begin }) =>
      () =>
        begin(person()),
  ],
  [
    'a handoff that is issued',
    { name: 'handoff.issued', level: 'info', flow: 'order', mode: 'join', device: expect.any(String) },
    async ({ person, begin, handoff }) => {
      const desktop = person()
      await begin(desktop)
      return () => handoff(desktop, 'join')
    },
  ],
  [
    'a handoff that is redeemed',
    { name: 'handoff.redeemed', level: 'info', flow: 'order', by: 'code', device: expect.any(String) },
    async ({ person, begin, handoff }) => {
      const desktop = person()
      await begin(desktop)
      const { code } = await handoff(desktop, 'move')
      return () => person()(`${base}/handoffs/redeem`, asJson({ code }))
    },
  ],
  [
    'a session that is taken back',
    { name: 'handoff.taken-back', level: 'info', flow: 'order', device: expect.any(String) },
    async ({ person, begin, handoff }) => {
      const desktop = person()
      await begin(desktop)
      const { code } = await handoff(desktop, 'move')
      await person()(`${base}/handoffs/redeem`, asJson({ code }))
      return () => desktop(`${flowUrl}/take-back`, { method: 'POST' })
    },
  ],
  [
    'an owner who opens a session in another browser',
    { name: 'device.joined', level: 'info', flow: 'order', device: expect.any(String) },
    async ({ person, begin }) => {
      const desktop = person('user=ada')
      await begin(desktop)
      await desktop(`${base}/attach`, { method: 'POST' })
      const tablet = person('user=ada')
      const { sessions } = (await (await tablet(base)).json()) as { sessions: SavedSession[] }
      return () => tablet(`${flowUrl}/open`, asJson({ session: sessions[0]?.session }))
    },
  ],
  [
    'a browser whose secret is another one after a sign-in',
    { name: 'device.rotated', level: 'info', flow: 'order', device: expect.any(String) },
    async ({ person, begin }) => {
      const desktop = person()
      await begin(desktop)
      desktop.cookie = `${desktop.cookie}; user=ada`
      return () => desktop(`${base}/attach`, { method: 'POST' })
    },
  ],
  [
    'a device that is revoked',
    { name: 'device.revoked', level: 'info', flow: 'order', device: expect.any(String), revoked: 'others' },
    async ({ person, begin, handoff }) => {
      const desktop = person()
      await begin(desktop)
      const { code } = await handoff(desktop, 'join')
      await person()(`${base}/handoffs/redeem`, asJson({ code }))
      return () => desktop(`${flowUrl}/devices/others`, { method: 'DELETE' })
    },
  ],
  [
    'an event that the server sends',
    { name: 'event.dispatched', level: 'info', flow: 'order', event: 'payment.submitted' },
    async ({ served, person, begin }) => {
      const desktop = person()
      await begin(desktop)
      const session = served.http.readCredential('order', desktop.cookie)?.id ?? ''
      return () =>
        served.engine.dispatch({ flow: 'order', session }, { type: 'payment.submitted', method: 'invoice' } as never, {
          opId: opId(),
        })
    },
  ],
  [
    'a session that is destroyed',
    { name: 'session.destroyed', level: 'info', flow: 'order' },
    async ({ person, begin }) => {
      const desktop = person()
      await begin(desktop)
      return () => desktop(flowUrl, { method: 'DELETE' })
    },
  ],
  [
    'a browser whose session has expired',
    { name: 'session.expired', level: 'info', flow: 'order' },
    async ({ person, begin }) => {
      const desktop = person()
      await begin(desktop)
      vi.setSystemTime(Date.now() + 31 * day)
      return () => desktop(`${flowUrl}/extend`, { method: 'POST' })
    },
  ],
  [
    'a browser that may not use a session',
    { name: 'session.refused', level: 'warn', flow: 'order', why: 'moved' },
    async ({ person, begin, handoff }) => {
      const desktop = person()
      await begin(desktop)
      const { code } = await handoff(desktop, 'move')
      await person()(`${base}/handoffs/redeem`, asJson({ code }))
      return () => desktop(`${flowUrl}/extend`, { method: 'POST' })
    },
  ],
  [
    'a wrong secret for a session that there is',
    { name: 'session.refused', level: 'warn', flow: 'order', why: 'expired' },
    async ({ person, begin }) => {
      const desktop = person()
      await begin(desktop)
      const stranger = person(desktop.cookie.replace(/\.[\w-]{43}$/, `.${'A'.repeat(43)}`))
      return () => stranger(`${flowUrl}/extend`, { method: 'POST' })
    },
  ],
  [
    'a code that opens nothing',
    { name: 'handoff.refused', level: 'warn', by: 'code' },
    async ({ person }) =>
      () =>
        person()(`${base}/handoffs/redeem`, asJson({ code: '0123456789' })),
  ],
  [
    'a link that opens nothing',
    { name: 'handoff.refused', level: 'warn', by: 'link' },
    async ({ person }) => {
      const token = `${'A'.repeat(22)}.${'B'.repeat(43)}`
      return () => person()(`${base}/handoffs/redeem`, asJson({ token }))
    },
  ],
  [
    'a request of another site',
    { name: 'origin.refused', level: 'warn', method: 'POST', site: 'cross-site' },
    async ({ served }) =>
      () =>
        served.http.handle(
          new Request(`${flowUrl}/events`, { ...asJson({}), headers: { 'sec-fetch-site': 'cross-site' } }),
        ),
  ],
  [
    'a browser that sends two cookies of one session',
    { name: 'cookie.refused', level: 'warn', flow: 'order' },
    async ({ served, person, begin }) => {
      const desktop = person()
      await begin(desktop)
      const cookie = `${desktop.cookie}; ${desktop.cookie}`
      return () => served.http.handle(new Request(flowUrl, { headers: { cookie } }))
    },
  ],
  [
    'a record that cannot be opened',
    {
      name: 'record.unreadable',
      level: 'error',
      error: expect.objectContaining({ code: 'record_unreadable', message: expect.any(String) }),
    },
    async ({ served, person, begin }) => {
      const desktop = person()
      await begin(desktop)
      const read = served.store.read.bind(served.store)
      const spoiled = async (...args: Parameters<typeof read>) => {
        const found = await read(args[0])
        return typeof found === 'object' ? { ...found, bytes: Uint8Array.of(0xc1) } : found
      }
      Object.assign(served.store, { read: spoiled })
      return () => person(desktop.cookie)(flowUrl)
    },
  ],
]

it.each(audits)('[M65] tells of %s in exactly one line', async (_, line, prepare) => {
  const world = audited()
  const act = await prepare(world)
  world.lines.length = 0
  await act()
  const { flow, name } = line as { flow?: string; name: string }
  const named = flow !== undefined && name !== 'cookie.refused'
  const session = named ? { session: expect.stringMatching(/^[\w-]{10}$/) } : {}
  expect(world.lines).toEqual([expect.objectContaining({ ...line, ...session })])
  const allowed = ['name', 'level', 'session', ...Object.keys(line)]
  for (const one of world.lines) expect(Object.keys(one).filter((key) => !allowed.includes(key))).toEqual([])
  expect(inspect(world.lines, { depth: 9 })).not.toMatch(/Ada|ada@example/)
})

it('[M62] names a session by a keyed hash, which says nothing to a reader of the store without the key', async () => {
  const lines: LogLine[] = []
  const log = (line: LogLine) => lines.push(line)
  const [flow, store] = [order, memoryStore()]
  const engines = [{ keys: keys[0] }, { keys: keys[1] }, {}].map((more) =>
    createEngine({ store, flows: [flow], log, ...more }),
  )
  const id = createHash('sha256').update('a session').digest('base64url')
  for (const engine of engines) engine.log({ name: 'session.destroyed', flow: flow.id, session: tagOf(id) })
  const [one, other, unkeyed] = lines.map((line) => ('session' in line ? line.session : undefined))
  expect([one, other]).toEqual([expect.stringMatching(/^[\w-]{10}$/), expect.stringMatching(/^[\w-]{10}$/)])
  expect(new Set([one, other, unkeyed]).size).toBe(3)
  expect(unkeyed).toBe(tagOf(id))
  expect(engines.map((engine) => engine.loggedAs(id)[0])).toEqual([one, other, unkeyed])
  for (const line of lines) expect(JSON.stringify(line)).not.toContain(id.slice(0, 10))
})

it('[M68] gives a failure nobody foresaw one reference, in answer and log, and tells nothing of it', async () => {
  const lines: LogLine[] = []
  const failing = () => Promise.reject(new Error('CANARY of a person'))
  const { http } = serve({ ...shared, identify: failing, log: (line) => lines.push(line) })
  const answer = await browser(http)(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const { reference, ...problem } = (await answer.json()) as Problem
  expect(problem).toMatchObject({ status: 500, code: 'internal' })
  expect(reference).toMatch(/^[\w-]{11}$/)
  expect(lines).toEqual([expect.objectContaining({ name: 'error', level: 'error', reference })])
  expect(JSON.stringify([problem, lines])).not.toContain('CANARY')
})

it('[M65] tells of nothing that people do in their session', async () => {
  const { person, begin, lines } = audited()
  const desktop = person()
  await begin(desktop)
  lines.length = 0
  await desktop(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: 'ca' } }, 'PUT'))
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
  await desktop(flowUrl)
  expect(lines).toEqual([])
})

it('[M65] tells of no browser where none asked: the server, or a handoff, finds the session gone', async () => {
  const { served, lines, person, begin, handoff } = audited()
  const desktop = person()
  await begin(desktop)
  const session = served.http.readCredential('order', desktop.cookie)?.id ?? ''
  const { url } = await handoff(desktop, 'move')
  const [selector = '', secret = ''] = url.split('#')[1]?.split('.') ?? []
  const hashed = (text: string) => createHash('sha256').update(text).digest('base64url')
  const proof = { kind: 'link', id: hashed(selector), hash: hashed(secret) } as const
  const found = await served.engine.findHandoff(proof)
  await desktop(flowUrl, { method: 'DELETE' })
  lines.length = 0
  const event = { type: 'payment.submitted', method: 'invoice' } as never
  const sent = await served.engine.dispatch({ flow: 'order', session }, event, { opId: opId() })
  expect(sent).toMatchObject({ code: 'session_gone' })
  const device = { id: session, secretHash: hashed('phone') }
  const redeemed = served.engine.redeem(found, { device, here: { credential: undefined } })
  await expect(redeemed).rejects.toMatchObject({ code: 'handoff_gone' })
  expect(lines).toEqual([])
})
