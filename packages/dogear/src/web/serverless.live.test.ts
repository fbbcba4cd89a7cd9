// No process stays up: each request, and each run of a cron job, has one of its own.

import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { bundled } from '../../../../scripts/bundled.mjs'
import type { View } from '../wire.ts'
import { type Done, type Job, leaseMs, reminderMs } from './one-request.fixture.ts'

const redis = process.env.DOGEAR_TEST_REDIS_URL
if (!redis) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const folder = await mkdtemp(join(tmpdir(), 'dogear-serverless-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const program = bundled(fileURLToPath(new URL('./one-request.fixture.ts', import.meta.url)))
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A person whose every request is answered by a process of its own, and the cron job that runs beside them. */
function platform() {
  const ledger = join(folder, randomUUID())
  const keys = `k1:${randomBytes(32).toString('base64url')}`
  const shared = { redis: redis ?? '', prefix: `serverless-${randomUUID()}`, keys, ledger, chargeMs: 300 }
  let cookie = ''
  async function run(more: Pick<Job, 'request' | 'after'>): Promise<Done> {
    const job: Job = { ...shared, ...more }
    const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(job)])
    const done = JSON.parse(stdout) as Done
    expect(done.errors).toEqual([])
    return done
  }
  async function ask(request: NonNullable<Job['request']>, after: Job['after'] = 'run'): Promise<View> {
    const { headers = {}, ...rest } = request
    const done = await run({
      request: { ...rest, headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers } },
      after,
    })
    expect(done.status).toBe(200)
    for (const one of done.cookies ?? []) cookie = one.split(';')[0] ?? ''
    const body = JSON.parse(done.body ?? '') as View & { view?: View }
    return body.view ?? body
  }
  return {
    look: () => ask({ path: '/api/flows/order' }),
    send: (type: string, after?: Job['after']) =>
      ask(
        {
          path: '/api/flows/order/events',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ opId: randomUUID(), event: { type } }),
        },
        after,
      ),
    cron: async () => (await run({ after: 'nothing' })).counts,
    charges: () =>
      readFile(ledger, 'utf8').then(
        (text) => text.trimEnd().split('\n'),
        () => [],
      ),
  }
}

it('a flow is finished, its effect runs once, its timer fires, though every process answers once and ends', {
  timeout: 120_000,
}, async () => {
  const { look, send, cron, charges } = platform()
  expect(await look()).toMatchObject({ step: 'seats', saved: false })
  expect(await send('seats.chosen')).toMatchObject({ step: 'review', saved: true })
  // Answered at once; the platform lets the process finish what it has begun.
  expect(await send('order.placed')).toMatchObject({ value: 'paying', pending: ['charge'] })
  expect(await charges()).toEqual([expect.stringMatching(/\.charge\.1 1$/)])
  await pause(reminderMs)
  expect(await cron()).toMatchObject({ woken: 1, failed: 0, underWay: 0, more: false })
  expect(await cron()).toMatchObject({ woken: 0 })
  expect(await look()).toMatchObject({ step: 'reminded', status: 'done' })
  expect(await charges()).toHaveLength(1)
})

it.each(['cron job', 'next request'])(
  'an effect whose process ended with its answer is taken over by the %s',
  { timeout: 120_000 },
  async (by) => {
    const { look, send, cron, charges } = platform()
    await send('seats.chosen')
    expect(await send('order.placed', 'nothing')).toMatchObject({ value: 'paying', pending: ['charge'] })
    expect(await charges()).toEqual([])
    await pause(leaseMs)
    if (by === 'cron job') expect(await cron()).toMatchObject({ woken: 1, failed: 0, underWay: 0 })
    else expect(await look()).toMatchObject({ value: 'paying' })
    expect((await look()).step).toMatch(/^(paid|reminded)$/)
    expect(await charges()).toEqual([expect.stringMatching(/\.charge\.1 2$/)])
  },
)
