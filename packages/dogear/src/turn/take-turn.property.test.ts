// Properties of every sequence of commands.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonCodec, msgpackCodec } from '../codec/codec.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { deviceLimit, deviceOf, endedLimit, mayEnter } from './access/devices.ts'
import { handoffLimit } from './access/handoffs.ts'
import { isAdmission, isEngine, isFromBrowser } from './commands.ts'
import type { SessionRecord } from './record.ts'
import { play, script } from './script.fixture.ts'
import { takeTurn } from './take-turn.ts'

it('[M52] an applied turn moves the record by exactly one revision, and every other outcome leaves it as it is', () => {
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, turn }) => {
        if (turn.outcome.kind === 'applied') expect(turn.record?.revision).toBe((before?.revision ?? 0) + 1)
        else expect(turn.record).toBe(before)
        if (turn.outcome.kind !== 'applied')
          expect(turn.after).toEqual({ actions: [], effects: [], dropped: [], failures: [] })
      }),
    ),
  )
})

it('the same inputs give the same outputs, and the input is not changed', () => {
  const codec = msgpackCodec()
  const bytes = (record: SessionRecord | undefined) => record && Buffer.from(codec.encode(record)).toString('hex')
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, command, now, turn }) => {
        const frozen = bytes(before)
        const again = takeTurn(checkout, before, command, now)
        expect(bytes(again.record)).toBe(bytes(turn.record))
        expect(again.outcome).toEqual(turn.outcome)
        expect(bytes(before)).toBe(frozen)
      }),
    ),
    { numRuns: 40 },
  )
})

it('sending an applied command again changes nothing, also from storage', () => {
  const codecs = [msgpackCodec(), jsonCodec()]
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ command, now, turn }) => {
        if (turn.outcome.kind !== 'applied' || !turn.record) return
        for (const codec of codecs) {
          const stored = codec.decode(codec.encode(turn.record))
          expect(takeTurn(checkout, stored, command, now).outcome.kind).toBe('duplicate')
        }
      }),
    ),
    { numRuns: 40 },
  )
})

it('continuing from storage is the same as continuing from memory', () => {
  const codec = msgpackCodec()
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, command, now, turn }) => {
        const stored = before && codec.decode(codec.encode(before))
        const again = takeTurn(checkout, stored, command, now)
        expect(again.outcome).toEqual(turn.outcome)
        if (again.record) expect(again.record).toEqual(turn.record)
      }),
    ),
    { numRuns: 40 },
  )
})

it('the card is charged only out of review, once per entry, and nothing else makes an order paid', () => {
  fc.assert(
    fc.property(script, (turns) => {
      const started = new Set<string>()
      play(turns, ({ before, command, turn }) => {
        for (const { effectId } of turn.after.effects) {
          // Waking takes over what somebody else has left lying; it is the same charge to the provider.
          expect(started.has(effectId)).toBe(command.kind === 'wake')
          started.add(effectId)
          expect(before?.snapshot.value).toBe(command.kind === 'wake' ? 'paying' : 'review')
        }
        const isNew = before?.snapshot.value !== 'confirmed' && turn.record?.snapshot.value === 'confirmed'
        if (isNew) expect(command.kind).toBe('settle')
      })
    }),
  )
})

it('only who may enter changes anything or sees anything, and a newcomer only once let in', () => {
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, command, turn }) => {
        if (!before || !isFromBrowser(command)) return
        if (isAdmission(command)) {
          const isIn = turn.record && deviceOf(turn.record, command.device.secretHash) !== undefined
          expect(turn.shown !== undefined).toBe(isIn)
          return
        }
        const { secretHash, owner } = command.sender
        if (mayEnter(before, { secretHash, owner: owner?.id }) === 'yes') return
        expect([turn.outcome, turn.record, turn.shown]).toEqual([
          { kind: 'rejected', reason: 'expired', issues: [] },
          before,
          undefined,
        ])
      }),
    ),
  )
})

it('a session always has a device, never too many of anything, and no secret and no id twice', () => {
  const isDistinct = (all: readonly string[]) => new Set(all).size === all.length
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ turn: { record } }) => {
        if (!record) return
        const { devices, ended, handoffs } = record
        expect(devices.length).toBeGreaterThan(0)
        expect([
          devices.length <= deviceLimit,
          ended.length <= endedLimit,
          handoffs.length <= handoffLimit,
          isDistinct([...devices, ...ended].map(({ secretHash }) => secretHash)),
          isDistinct([...devices, ...ended].map(({ id }) => id)),
          handoffs.every(({ by }) => devices.some(({ id }) => id === by)),
        ]).toEqual([true, true, true, true, true, true])
      }),
    ),
  )
})

it('a handoff that let somebody in is gone for good', () => {
  fc.assert(
    fc.property(script, (turns) => {
      const used: string[] = []
      play(turns, ({ before, command, turn }) => {
        for (const hash of used)
          expect(turn.record?.handoffs.some(({ link, code }) => link === hash || code === hash)).toBe(false)
        if (command.kind !== 'redeem' || turn.outcome.kind !== 'applied') return
        const handoff = before?.handoffs.find((one) => one[command.by] === command.hash)
        expect(handoff).toBeDefined()
        used.push(handoff?.link ?? '', handoff?.code ?? '')
      })
    }),
  )
})

it('whose session it is never changes, and only they open it by signing in', () => {
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, command, turn: { outcome, record } }) => {
        if (before?.owner) expect(record?.owner?.id).toBe(before.owner.id)
        if (command.kind === 'open-as-owner' && outcome.kind === 'applied')
          expect(before?.owner?.id).toBe(command.owner)
        if (record && !record.owner) expect(record.devices.some(({ owned }) => owned)).toBe(false)
      }),
    ),
  )
})

it('what a person does prolongs the session, what the engine does never, and nothing past its end [M6] [M7]', () => {
  const { firstMs, idleMs, absoluteMs } = checkout.lifetime
  fc.assert(
    fc.property(script, (turns) =>
      play(turns, ({ before, command, now, turn: { outcome, record } }) => {
        if (!record || outcome.kind !== 'applied') return
        // For a result that came after the time of its session there is another rule: see lifetime.test.ts.
        if (isEngine(command) && before && now >= before.expiresAt) return
        const used = Math.min(now + (before || record.owner ? idleMs : firstMs), record.createdAt + absoluteMs)
        // Only a timer that is still to go off keeps it for longer.
        const owed = record.timers.filter(({ fired, aside }) => !fired && !aside).map(({ dueAt }) => dueAt)
        expect(record.expiresAt).toBe(isEngine(command) ? before?.expiresAt : Math.max(used, ...owed))
      }),
    ),
  )
})
