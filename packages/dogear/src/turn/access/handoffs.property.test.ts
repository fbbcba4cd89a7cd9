// Any number of browsers race for a session: it is passed on once, and the one that gave it away has no access.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import type { Command, RedeemCommand } from '../commands.ts'
import type { SessionRecord } from '../record.ts'
import { browser, createSession, offer, sender, start } from '../session.fixture.ts'
import { type Turn, takeTurn } from '../take-turn.ts'
import { mayEnter } from './devices.ts'

const engine = { session: 's', mark: 'bm9uY2U', leaseMs: 60_000 }
const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)

/** A store of one session, as writers see it: what they read may be old, and only one may write each revision. */
function createStore(first: SessionRecord) {
  let stored = first
  return {
    read: () => stored,
    commit(expected: number, record: SessionRecord): boolean {
      if (stored.revision !== expected) return false
      stored = record
      return true
    },
  }
}

/** One writer, a step at a time: read, decide and commit, and again if another one was faster. */
function* writer(store: ReturnType<typeof createStore>, command: Command): Generator<undefined, Turn> {
  for (;;) {
    const read = store.read()
    yield
    const turn = takeTurn(checkout, read, command, start)
    if (turn.outcome.kind !== 'applied' || !turn.record) {
      // Only the newest record may be the ground for a refusal.
      if (store.read() === read) return turn
    } else if (store.commit(read.revision, turn.record)) return turn
  }
}

function offered(mode: 'move' | 'join'): SessionRecord {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.access({ kind: 'issue', handoff: offer('link', mode), sender })
  return session.record as SessionRecord
}
const redeem = (by: RedeemCommand['by'], name: string): Command => ({
  kind: 'redeem',
  by,
  hash: by === 'link' ? 'link' : 'link-code',
  device: browser(name),
  ...engine,
})

/** Runs all writers in the order `turns` says; those left over run to their end one after the other. */
function race(writers: Generator<undefined, Turn>[], turns: readonly number[]): Turn[] {
  const ended = new Map<number, Turn>()
  const move = (index: number) => {
    if (ended.has(index)) return
    const { done, value } = (writers[index] as Generator<undefined, Turn>).next()
    if (done) ended.set(index, value)
  }
  for (const turn of turns) move(turn % writers.length)
  while (ended.size < writers.length) writers.forEach((_, index) => void move(index))
  return writers.map((_, index) => ended.get(index) as Turn)
}

const mode = fc.constantFrom('move' as const, 'join' as const)
const kinds = fc.array(fc.constantFrom('link' as const, 'code' as const), { minLength: 2, maxLength: 7 })
const schedule = fc.array(fc.nat(6), { maxLength: 40 })

it('of any interleaving of redemptions of one handoff exactly one succeeds', () => {
  fc.assert(
    fc.property(mode, kinds, schedule, (mode, kinds, turns) => {
      const store = createStore(offered(mode))
      const ended = race(
        kinds.map((by, index) => writer(store, redeem(by, `Device ${index}`))),
        turns,
      )
      expect(ended.map(reason).sort()).toEqual(['applied', ...kinds.slice(1).map(() => 'handoff-gone')])
      const winner = ended.findIndex(({ outcome }) => outcome.kind === 'applied')
      const record = store.read()
      expect(record.revision).toBe(3)
      kinds.forEach((_, index) => {
        const access = mayEnter(record, { secretHash: browser(`Device ${index}`).secretHash })
        expect(access).toBe(index === winner ? 'yes' : undefined)
      })
    }),
  )
})

it('an issuer that goes on while its session is moved is out once it is redeemed, and is shown nothing after', () => {
  const actions: Command[] = [
    { kind: 'event', opId: 'op-1', event: { type: 'note.added' }, sender, ...engine },
    { kind: 'draft', opId: 'op-2', step: 'payment', values: { token: 'x' }, sender, ...engine },
    { kind: 'issue', handoff: offer('again', 'join'), sender, ...engine },
    { kind: 'revoke', device: 'others', sender, ...engine },
    { kind: 'extend', sender, ...engine },
  ]
  fc.assert(
    fc.property(fc.subarray(actions, { minLength: 1 }), schedule, (some, turns) => {
      const store = createStore(offered('move'))
      const ended = race(
        [redeem('link', 'Phone'), ...some].map((command) => writer(store, command)),
        turns,
      )
      const [moved, ...issuers] = ended as [Turn, ...Turn[]]
      expect(reason(moved)).toBe('applied')
      for (const turn of issuers) {
        const before = (turn.record?.revision ?? 0) < (moved.record?.revision ?? 0)
        if (before) expect(reason(turn)).toMatch(/applied|duplicate/)
        else expect([reason(turn), turn.shown]).toEqual(['expired', undefined])
      }
      const last = store.read()
      expect(last.devices.map(({ label }) => label)).toEqual(['Phone'])
      expect(last.handoffs).toEqual([])
      for (const command of actions) {
        const late = takeTurn(checkout, last, command, start + 1)
        expect([reason(late), late.record, late.shown]).toEqual(['expired', last, undefined])
      }
    }),
  )
})

it('a session that was moved is taken back or used by the other device, never both', () => {
  fc.assert(
    fc.property(schedule, fc.boolean(), (turns, types) => {
      const first = takeTurn(checkout, offered('move'), redeem('link', 'Phone'), start).record as SessionRecord
      const store = createStore(first)
      const phone = browser('Phone')
      const use: Command = types
        ? { kind: 'draft', opId: 'op-1', step: 'payment', values: { token: 'typed' }, sender: phone, ...engine }
        : { kind: 'event', opId: 'op-1', event: { type: 'note.added' }, sender: phone, ...engine }
      const back: Command = { kind: 'take-back', sender, device: browser('Desktop'), ...engine }
      const ended = race([writer(store, back), writer(store, use)], turns).map(reason)
      expect([
        ['applied', 'expired'],
        ['not-accepted', 'applied'],
      ]).toContainEqual(ended)
      const [device] = store.read().devices
      expect(device?.label).toBe(ended[0] === 'applied' ? 'Desktop' : 'Phone')
    }),
  )
})
