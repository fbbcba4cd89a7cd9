// A store that fails at any call of issuing, redeeming or opening: nothing is half done, and trying again is safe.

import { describe, expect, it } from 'vitest'
import { isDogearError } from '../errors.ts'
import { around } from '../store/around.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import type { Engine } from './contract.ts'
import { comeIn, idOf, makeOffer, nobody, offer } from './handover.fixture.ts'
import { atReview, inside, type Person, person, rig, unseal, watch } from './harness.fixture.ts'

const owner = { id: 'owner', label: 'a•••' }
const never = new Promise<never>(() => {})

/** How one call fails: not done at all, or done with its answer lost; at once, or by silence. */
const faults: Record<string, (call: () => Promise<unknown>) => Promise<unknown>> = {
  'is refused': () => Promise.reject(new Error('down')),
  'is swallowed': () => never,
  'loses its answer': (call) => call().then(() => Promise.reject(new Error('connection reset'))),
  'is done in silence': (call) => call().then(() => never),
}

type Faulty = { store: Store; arm(at: number, fault: string, lasting: boolean): void; calm(): boolean }

/**
 * A store whose `at`th call from now on fails, and all that follow if it is `lasting`. `calm` ends that and tells if it
 * came so far.
 */
function faulty(inner: Store): Faulty {
  let [count, at, lasts] = [0, Number.POSITIVE_INFINITY, false]
  let fail = faults['is refused']
  const store = around(inner, <T>(request: () => Promise<T>) => {
    count++
    const fails = count === at || (lasts && count > at)
    return fails && fail ? (fail(request) as Promise<T>) : request()
  })
  return {
    store,
    arm(...armed) {
      count = 0
      fail = faults[armed[1]]
      ;[at, , lasts] = armed
    },
    calm() {
      const reached = count >= at
      at = Number.POSITIVE_INFINITY
      return reached
    },
  }
}

type Scene = { broken: Engine; sound: Engine; desktop: Person }

/**
 * Plays `act` in a new session with the fault at its first call, its second, and so on until it no longer comes to it.
 */
async function everywhere(
  fault: string,
  lasting: boolean,
  act: (scene: Scene, attempt: (work: () => Promise<unknown>) => Promise<boolean>) => Promise<void>,
) {
  for (let at = 1, reached = true; reached; at++) {
    const inner = memoryStore()
    const { store, arm, calm } = faulty(inner)
    const [broken, sound] = [rig({ store: watch(store), deadlineMs: 20 }).engine, rig({ store: watch(inner) }).engine]
    const desktop = await atReview(sound, owner)
    const attempt = async (work: () => Promise<unknown>) => {
      arm(at, fault, lasting)
      const error = await work().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      reached = calm()
      if (error !== undefined)
        expect(isDogearError(error) && error.code).toMatch(/^(store_unavailable|handoff_gone|not_found)$/)
      return error === undefined
    }
    await act({ broken, sound, desktop }, attempt)
  }
}

describe.each(Object.keys(faults).flatMap((fault) => [[fault, false] as const, [fault, true] as const]))(
  'a call that %s (and all that follow: %s)',
  (fault, lasting) => {
    it('while issuing leaves the session as it was, and another try gives a handoff that works', async () => {
      await everywhere(fault, lasting, async ({ broken, sound, desktop }, attempt) => {
        const first = makeOffer(idOf(desktop), 'join')
        const done = await attempt(() => broken.offerHandoff('checkout', desktop.caller, first.offer))
        if (done) expect((await comeIn(sound, first.code)).reply.outcome).toBe('applied')
        const second = await offer(sound, desktop, 'join')
        expect((await comeIn(broken, second.link)).reply.outcome).toBe('applied')
        expect(await desktop.send('note.added')).toMatchObject({ outcome: 'applied' })
      })
    })

    it('while redeeming either leaves the handoff good or has let exactly one device in', async () => {
      await everywhere(fault, lasting, async ({ broken, sound, desktop }, attempt) => {
        const { link } = await offer(sound, desktop)
        const device = inside(idOf(desktop))
        const done = await attempt(async () => {
          const found = await broken.findHandoff(link)
          await broken.redeem(found, { device, here: { ...nobody, label: 'Safari on iPhone' } })
        })
        const retry = await comeIn(sound, link).catch(() => undefined)
        expect(done && retry).toBeFalsy()
        const phone = retry ? retry.person : person(sound, device)
        expect(await sound.devices('checkout', phone.caller)).toMatchObject([{ label: 'Safari on iPhone', here: true }])
        expect(await desktop.read()).toMatchObject({ saved: false, gone: { why: 'moved', takeBack: true } })
        // The device that never got the answer can take the session back.
        const back = await sound.takeBack('checkout', desktop.caller, inside(idOf(desktop)))
        expect(back).toMatchObject({ outcome: 'applied', view: { step: 'review', context: { name: 'Ada' } } })
      })
    })

    it('while redeeming by code leaves tries to do it again, or has done it', async () => {
      await everywhere(fault, lasting, async ({ broken, sound, desktop }, attempt) => {
        const { code } = await offer(sound, desktop, 'join')
        const done = await attempt(() => comeIn(broken, code))
        const retry = await comeIn(sound, code).catch(() => undefined)
        expect(done && retry).toBeFalsy()
        expect(await sound.devices('checkout', desktop.caller)).toHaveLength(2)
      })
    })

    it('while opening changes nothing on the device that was there, and another try opens it', async () => {
      await everywhere(fault, lasting, async ({ broken, sound, desktop }, attempt) => {
        const entrance = { device: unseal, owner, here: { ...nobody, label: 'Safari on iPhone' } }
        await attempt(() => broken.open('checkout', idOf(desktop), entrance))
        expect(await sound.open('checkout', idOf(desktop), entrance)).toMatchObject({ outcome: 'applied' })
        expect(await desktop.send('note.added')).toMatchObject({ outcome: 'applied' })
        expect((await sound.devices('checkout', desktop.caller)).length).toBeLessThanOrEqual(3)
      })
    })
  },
)

describe.each(['move', 'join'] as const)(
  'a handoff to %s, redeemed among a hundred events on two processes',
  (mode) => {
    it('loses none that was accepted, and comes through', async () => {
      const inner = memoryStore()
      const engines = [rig({ store: watch(inner) }).engine, rig({ store: watch(inner) }).engine] as const
      const desktop = await atReview(engines[0])
      const { link } = await offer(engines[0], desktop, mode)
      const found = await engines[0].findHandoff(link)
      const sendOne = (index: number) =>
        (engines[index % 2] as Engine).send('checkout', desktop.caller, {
          opId: `event-${index}`,
          event: { type: 'note.added' },
        })
      const before = Array.from({ length: 50 }, (_, index) => sendOne(index))
      const redeeming = engines[1].redeem(found, { device: inside(found.session), here: nobody })
      const after = Array.from({ length: 50 }, (_, index) => sendOne(50 + index))
      const [redeemed, ...replies] = await Promise.all([redeeming, ...before, ...after])
      expect(redeemed).toMatchObject({ outcome: 'applied' })
      const applied = replies.filter(({ outcome }) => outcome === 'applied')
      const refused = replies.filter(({ outcome }) => outcome === 'rejected')
      expect(applied.length + refused.length).toBe(100)
      if (mode === 'join') expect(refused).toEqual([])
      for (const reply of refused)
        expect(reply).toMatchObject({ code: 'session_gone', view: { gone: { why: 'moved' } } })
      if (mode === 'move') for (const { view } of applied) expect(view.revision).toBeLessThan(redeemed.view.revision)
      const phone = person(engines[0], redeemed.outcome === 'applied' ? redeemed.created : undefined)
      expect((await phone.read()).revision).toBe(3 + applied.length + 1)
    })
  },
)

it('a redemption whose commit was sent twice or lost its answer knows itself, and says so', async () => {
  for (const fault of ['twice', 'lost'] as const) {
    let armed = false
    const store = watch(memoryStore(), (inner) => ({
      async commit(...args) {
        const result = await inner.commit(...args)
        if (!armed) return result
        armed = false
        if (fault === 'lost') throw new Error('connection reset')
        return inner.commit(...args)
      },
    }))
    const { engine } = rig({ store })
    const desktop = await atReview(engine)
    const found = await engine.findHandoff((await offer(engine, desktop)).code)
    armed = true
    const device = inside(found.session)
    expect(await engine.redeem(found, { device, here: nobody })).toMatchObject({ outcome: 'applied', created: device })
    expect(await person(engine, device).read()).toMatchObject({ revision: 4, gone: null })
  }
})
