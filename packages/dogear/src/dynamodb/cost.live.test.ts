// The request units in docs/dynamodb.md, counted: by dynalite, and by the rules of the service where it counts none.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { eventually, person, type Rig, rig, watch } from '../engine/harness.fixture.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { meterOf, type Units } from './meter.fixture.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { dynamodbStore } from './store.ts'

const server = await ownDynamodb()
const [client, inspector] = [clientOf(server.port), clientOf(server.port)]
const table = `test-${randomUUID()}`
await server.create(table)
const meter = meterOf(client, inspector)

afterAll(async () => {
  client.destroy()
  inspector.destroy()
  await server.close()
})

const people = 10
const none = Promise.reject(new Error('there is no progress'))
none.catch(() => {})

/** A process with this flow, which has taken a turn already, so that it knows the time. */
async function process(flow: unknown = checkout): Promise<Rig> {
  const store = watch(dynamodbStore(client, { table, deadlineMs: patientMs }))
  const made = rig({ flow: flow as never, store, deadlineMs: patientMs })
  await person(made.engine).send('shipping.submitted', { name: 'Grace Hopper' })
  return made
}

/** The units that `action` takes, with all it sets going, per thousand times of the `times` that it is done here. */
async function perThousand(times: number, action: () => Promise<unknown>): Promise<Units> {
  meter.reset()
  await action()
  return { writes: (meter.units.writes * 1000) / times, reads: (meter.units.reads * 1000) / times }
}

const each = async <T>(those: readonly T[], action: (one: T) => Promise<unknown>): Promise<void> => {
  for (const one of those) await action(one)
}

/** The units of everything in the page, by its name there. */
async function measured(): Promise<Record<string, Units>> {
  const [here, elsewhere] = [await process(), await process()]
  const first = Array.from({ length: people }, () => person(here.engine))
  const rows: Record<string, Units> = {}
  rows['the first event of a session, with a timer'] = await perThousand(people, () =>
    each(first, (one) => one.send('shipping.submitted', { name: 'Ada Lovelace' })),
  )
  rows['an event, the record in memory'] = await perThousand(people, () =>
    each(first, (one) => one.send('payment.submitted', { token: 'tok_ok' })),
  )
  rows['a page that is read'] = await perThousand(people, () => each(first, (one) => one.read()))
  rows['an effect, from its event to its result'] = await perThousand(people, () =>
    each(first, async (one) => {
      const began = here.store.calls.length
      await one.send('order.placed')
      await eventually(() => expect(here.store.calls.slice(began)).toEqual(['commit', 'commit', 'read']))
    }),
  )
  const second = Array.from({ length: people }, () => person(here.engine))
  await each(second, (one) => one.send('shipping.submitted', { name: 'Ada Lovelace' }))
  rows['an event, the record read first'] = await perThousand(people, () =>
    each(second, ({ caller }) =>
      person(elsewhere.engine, caller.credential).send('payment.submitted', { token: 'tok_ok' }),
    ),
  )
  rows['a lease of a running effect, renewed'] = await perThousand(people, () =>
    each(second, ({ caller }) => here.store.hold(caller.credential?.id ?? '', 'charge', 'a process', 60_000)),
  )
  const idOf = ({ caller }: (typeof second)[number]) => caller.credential?.id ?? ''
  rows['an entry of progress that an effect reports'] = await perThousand(people, () =>
    each(
      second,
      (one) => here.store.addProgress?.(idOf(one), 'Once upon a time', { keep: 600, ttlMs: 60_000 }) ?? none,
    ),
  )
  rows['a look at the progress of a session'] = await perThousand(people, () =>
    each(second, (one) => here.store.progressOf?.(idOf(one)) ?? none),
  )
  rows['a look at the agenda, nothing due'] = await perThousand(1, () => here.store.claimDue(32, 1000))
  rows['a page that is followed, looked at once'] = await perThousand(people, () =>
    each(second, ({ caller }) => elsewhere.engine.watch('checkout', caller, () => {}).then(({ stop }) => stop())),
  )
  const timed = await process(checkout.provide({ delays: { priceHold: 50 } }))
  const third = Array.from({ length: people }, () => person(timed.engine))
  await each(third, (one) => one.send('shipping.submitted', { name: 'Ada Lovelace' }))
  const last = await timed.store.now()
  await eventually(async () => expect(await timed.store.now()).toBeGreaterThan(last + 50))
  rows['a timer that a worker fires, ten at a time'] = await perThousand(people, async () => {
    const due = await timed.store.claimDue(people, 15_000)
    expect(due).toHaveLength(people)
    await each(due, ({ id, dueAt, stored }) => timed.engine.wake(id, dueAt, stored))
  })
  return rows
}

/** The rows of the table of the page. */
function documented(): Record<string, Units> {
  const page = readFileSync(new URL('../../../../docs/dynamodb.md', import.meta.url), 'utf8')
  const rows = page.matchAll(/^\| 1,000 × ([^|]+) \| ([\d,]+) \| ([\d,]+) \|/gm)
  const toNumber = (text = ''): number => Number(text.replaceAll(',', ''))
  return Object.fromEntries(
    [...rows].map(([, name = '', writes, reads]) => [name, { writes: toNumber(writes), reads: toNumber(reads) }]),
  )
}

it('takes the request units that docs/dynamodb.md tells', async () => {
  expect(await measured()).toEqual(documented())
})
