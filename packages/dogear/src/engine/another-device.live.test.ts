import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recommendedRedisOptions } from '../redis/options.ts'
import { ownServer } from '../redis/own-server.fixture.ts'
import { redisStore } from '../redis/store.ts'
import type { Credential, Engine, WatchHint } from './contract.ts'
import { comeIn, idOf, nobody, offer } from './handover.fixture.ts'
import { atReview, eventually, hash, inside, person, type Rig, rig, unseal, watch } from './harness.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const gone = expect.objectContaining({ code: 'handoff_gone' })
const owner = { id: 'hash-of-owner', label: 'a•••@example.org' }

/** `given` is what was found under codes. */
type Two = { given: string[]; engines: [Engine, Engine]; end: () => Promise<void> }

/** Two processes: engines that share nothing but the Redis behind their connections. */
function two(connect: () => Redis): Two {
  const prefix = `test-${randomUUID()}`
  const clients = [connect(), connect()] as const
  const given: string[] = []
  const one = (client: Redis) =>
    rig({
      // On a busy machine two hundred at once take longer than anybody would wait.
      deadlineMs: 60_000,
      store: watch(redisStore(client, { prefix }), ({ directory }) => ({
        directory: {
          ...directory,
          async tryCode(...args) {
            const value = await directory.tryCode(...args)
            if (value !== undefined) given.push(value)
            return value
          },
        },
      })),
    })
  const rigs: [Rig, Rig] = [one(clients[0]), one(clients[1])]
  return {
    given,
    engines: [rigs[0].engine, rigs[1].engine],
    async end() {
      await Promise.all(rigs.map(({ engine }) => engine.close()))
      for (const client of clients) client.disconnect()
    },
  }
}

let pair: ReturnType<typeof two>
beforeEach(() => {
  pair = two(() => new Redis(url, { ...recommendedRedisOptions, commandTimeout: 60_000 }))
})
afterEach(() => pair.end())

async function follow(engine: Engine, credential: Credential | undefined): Promise<WatchHint[]> {
  const heard: WatchHint[] = []
  await engine.watch('checkout', { credential }, (hint) => heard.push(hint))
  return heard
}

describe('two processes on Redis', () => {
  it.each(['link', 'code'] as const)('let exactly one of two hundred in by one %s', async (kind) => {
    const [here, there] = pair.engines
    for (let round = 0; round < 5; round++) {
      const desktop = await atReview(here)
      const found = await here.findHandoff((await offer(here, desktop))[kind])
      const attempts = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) =>
          (index % 2 ? here : there).redeem(found, { device: inside(found.session), here: nobody }),
        ),
      )
      const [winner, ...more] = attempts.filter(({ status }) => status === 'fulfilled')
      expect([winner, more]).toMatchObject([{ value: { outcome: 'applied' } }, []])
      for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toEqual(gone)
      expect(await desktop.read()).toMatchObject({ gone: { why: 'moved' } })
    }
  })

  it('look at five of a thousand guesses of one code', async () => {
    const [here, there] = pair.engines
    const { offer: made, code } = await offer(here, await atReview(here))
    const guesses = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, index) =>
        (index % 2 ? here : there).findHandoff({ kind: 'code', locator: made.locator, hash: hash() }),
      ),
    )
    expect(guesses.every((guess) => guess.status === 'rejected' && guess.reason.code === 'handoff_gone')).toBe(true)
    expect(pair.given).toHaveLength(5)
    await expect(there.findHandoff(code)).rejects.toThrow(gone)
  })

  it('lose no event that was accepted while the session is handed over', async () => {
    const [here, there] = pair.engines
    const desktop = await atReview(here)
    const found = await here.findHandoff((await offer(here, desktop)).code)
    const sending = Array.from({ length: 100 }, (_, index) =>
      (index % 2 ? here : there).send('checkout', desktop.caller, {
        opId: `event-${index}`,
        event: { type: 'note.added' },
      }),
    )
    const device = inside(found.session)
    const redeemed = await there.redeem(found, { device, here: nobody })
    const replies = await Promise.all(sending)
    const applied = replies.filter(({ outcome }) => outcome === 'applied')
    for (const reply of replies) if (!applied.includes(reply)) expect(reply).toMatchObject({ code: 'session_gone' })
    for (const { view } of applied) expect(view.revision).toBeLessThan(redeemed.view.revision)
    expect((await person(here, device).read()).revision).toBe(applied.length + 4)
  })

  it('show each other their turns, and end the access of a device wherever it follows', async () => {
    const [here, there] = pair.engines
    const desktop = await atReview(here)
    const phone = await comeIn(there, (await offer(here, desktop, 'join')).link)
    const [near, far] = [await follow(here, desktop.caller.credential), await follow(there, phone.device)]
    expect([near, far]).toMatchObject([[{ epoch: 0, revision: 4 }], [{ epoch: 0, revision: 4 }]])
    await phone.person.send('note.added')
    await eventually(() => expect(near.at(-1)).toMatchObject({ epoch: 0, revision: 5 }))
    await here.revoke('checkout', desktop.caller, 'others')
    await eventually(() => expect(far.at(-1)).toBe('gone'))
    await there.send('checkout', desktop.caller, { opId: 'from-there', event: { type: 'note.added' } })
    await eventually(() => expect(near.at(-1)).toMatchObject({ epoch: 0, revision: 7 }))
    await there.destroy('checkout', desktop.caller)
    await eventually(() => expect(near.at(-1)).toBe('gone'))
  })

  it('list, open and end the sessions of an owner', async () => {
    const [here, there] = pair.engines
    const desktop = await atReview(here, owner)
    expect(await there.sessionsOf(owner, new Map())).toMatchObject([{ session: idOf(desktop), step: 'review' }])
    const reply = await there.open('checkout', idOf(desktop), { device: unseal, owner, here: nobody })
    expect(reply).toMatchObject({ outcome: 'applied', view: { context: { name: 'Ada' } } })
    await there.removeOwned('checkout', idOf(desktop), owner)
    expect(await desktop.read()).toMatchObject({ gone: { why: 'removed' } })
    expect(await here.sessionsOf(owner, new Map())).toEqual([])
  })
})

it('who follows a session through an outage of Redis hears of what came after it', async () => {
  const server = await ownServer()
  const outage = two(() => new Redis(server.port, recommendedRedisOptions).on('error', () => {}))
  try {
    const [here, there] = outage.engines
    const someone = await atReview(here)
    const heard = await follow(there, someone.caller.credential)
    await server.kill()
    await server.start()
    await eventually(() => someone.send('note.added').then(({ outcome }) => expect(outcome).toBe('applied')))
    const { revision } = await someone.read()
    await eventually(() => expect(heard.at(-1)).toMatchObject({ epoch: 0, revision }))
  } finally {
    await outage.end()
    await server.close()
  }
})
