// `npm run bench -- progress [--seconds=5] [--rounds=3] [--devices=1,10,50]`: the text of effects on its path from a
// server process with Redis to devices that watch over real streams, in a process of their own.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { command, say, seconds } from '../scripts/output.mjs'
import { startRedis } from '../scripts/services.mjs'
import { bundle, here } from './bundle.mjs'
import { type Child, startChild } from './child.ts'
import { keep } from './output/keep.ts'
import type { Given, Order, Pace, Seen } from './progress/messages.ts'
import { type NodeServer, startServer } from './server.ts'

/** As many effects in sessions of their own, each at this pace, each watched by so many devices. */
type Case = { sessions: number; devices: number; pace: Pace }

/** `given` are the chunks a second in fact, of all sessions; `cpuMicros` is processor time of the server a chunk. */
type Row = {
  sessions: number
  devices: number
  asked: number
  given: number
  p50: number
  p99: number
  parts: number
  cpuMicros: number
  cpuShare: number
  behind: boolean
}

/** A fast model: a hundred tokens a second. */
const model = { characters: 5, perSecond: 100 }
/** One effect alone takes too little of the processor to be measured by the devices that watch it. */
const watchedEffects = 10
/** An attempt may report 65,536 characters. */
const mostCharacters = 60_000
const effectRates = [100, 1_000, 10_000, 30_000, 60_000, 100_000, 300_000]
const sessionCounts = [25, 50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1_000]
/** Text that is later than this has fallen behind: ten times the pause between two entries. */
const lateMs = 1_000

command(async () => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      devices: { type: 'string', default: '1,10,50' },
    },
  })
  const [long, rounds] = [Number(values.seconds), Number(values.rounds)]
  const redis = await startRedis()
  const file = await bundle(['progress/server', 'progress/watcher'])
  const server = await startServer({ file, env: { REDIS_URL: redis.url } })
  const watcher = startChild(`${here}/dist/progress/watcher.mjs`, {})
  const run = (one: Case) => measure(server, watcher, one)
  const paced = { ...model, chunks: Math.round(long * model.perSecond) }
  try {
    await run({ sessions: 50, devices: 1, pace: paced })
    await run({ sessions: watchedEffects, devices: 10, pace: paced })

    const counts = [0, ...values.devices.split(',').map(Number)]
    const cases = counts.map((devices) => ({ sessions: watchedEffects, devices, pace: paced }))
    // The cases alternate, so that a busy machine slows all alike.
    const taken: Row[] = []
    for (let round = 0; round < rounds; round++) for (const one of cases) taken.push(await run(one))
    const watched = counts.map((devices) => middle(taken.filter((row) => row.devices === devices)))
    const alone = watched[0]?.cpuMicros ?? 0
    const devices = watched.map((row) => ({
      ...row,
      cpuMicrosPerDevice: row.devices === 0 ? undefined : (row.cpuMicros - alone) / row.devices,
    }))
    show(
      `${watchedEffects} effects at ${model.perSecond} chunks a second each, by the devices that watch each`,
      devices,
    )

    const oneEffect = await climb(effectRates, (perSecond) => {
      const chunks = Math.min(mostCharacters, Math.round(perSecond * long))
      return run({ sessions: 1, devices: 1, pace: { characters: 1, perSecond, chunks } })
    })
    show('one effect, chunks of one character, one device', oneEffect)

    const manyEffects = await climb(sessionCounts, (sessions) => run({ sessions, devices: 1, pace: paced }))
    show(`effects at ${model.perSecond} chunks a second each, one device each`, manyEffects)
    keep('progress', { seconds: long, rounds, lateMs, watchedEffects, devices, oneEffect, manyEffects })
    say(`done (${seconds()})`)
  } finally {
    await watcher.stop()
    await server.stop()
    await redis.stop()
  }
})

/** Runs one case after the other, up to the first that falls behind. */
async function climb(steps: readonly number[], run: (step: number) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = []
  for (const step of steps) {
    const row = await run(step)
    rows.push(row)
    if (row.behind) break
  }
  return rows
}

async function measure(server: NodeServer, watcher: Child, { sessions, devices, pace }: Case): Promise<Row> {
  const tell = async (order: Order): Promise<Seen[]> => {
    const answer = watcher.heard<{ seen: Seen[] }>()
    watcher.process.send(order)
    return (await answer).seen
  }
  const names = Array.from({ length: sessions }, () => randomUUID())
  const streams: { name: string; cookie: string }[] = []
  for (let from = 0; from < sessions; from += 20) {
    const begin = async (name: string) => {
      const cookie = await ask(server.port, { ...pace, name })
      for (let device = 0; device < devices; device++) streams.push({ name, cookie })
    }
    await Promise.all(names.slice(from, from + 20).map(begin))
  }
  while ((await server.ask<{ begun: number }>('begun')).begun < sessions) await sleep(20)
  await tell({ order: 'watch', port: server.port, streams })
  await sleep(500)

  const [before, began] = [await server.usage(), performance.now()]
  const given = await server.ask<Given>('give')
  const characters = pace.chunks * pace.characters
  const seen = await tell({ order: 'until', characters, mostMs: 10_000 })
  const [after, ms] = [await server.usage(), performance.now() - began]
  await tell({ order: 'close' })
  await server.ask('end')
  await sleep(500)

  const delays = Float64Array.from(seen.flatMap((stream) => delaysOf(stream, given, pace.characters))).sort()
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0
  const asked = sessions * pace.perSecond
  const slowest = Math.max(...Object.values(given).map((marks) => (marks.at(-1)?.[1] ?? 0) - (marks[0]?.[1] ?? 0)))
  const inFact = (sessions * pace.chunks * 1_000) / Math.max(slowest, (pace.chunks * 1_000) / pace.perSecond)
  const cpu = after.cpuMicros - before.cpuMicros
  return {
    sessions,
    devices,
    asked,
    given: inFact,
    p50: at(0.5),
    p99: at(0.99),
    parts: seen.length === 0 ? 0 : (seen.reduce((sum, { parts }) => sum + parts, 0) * 1_000) / seen.length / ms,
    cpuMicros: cpu / (sessions * pace.chunks),
    cpuShare: cpu / 1_000 / ms,
    behind: at(0.99) > lateMs || inFact < 0.9 * asked || seen.some(({ whole }) => !whole),
  }
}

/** The milliseconds from each chunk to the part that brought it. */
function delaysOf({ name, marks }: Seen, given: Given, characters: number): number[] {
  const delays: number[] = []
  let [next, before] = [0, 0]
  for (const [length, atMs] of given[name] ?? []) {
    for (let end = before + characters; end <= length; end += characters) {
      while (next < marks.length && (marks[next]?.[0] ?? 0) < end) next++
      const mark = marks[next]
      if (mark) delays.push(mark[1] - atMs)
    }
    before = length
  }
  return delays
}

/** Begins a session whose effect waits for its word; resolves with its cookie. */
async function ask(port: number, question: Pace & { name: string }): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/flows/progress/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body: JSON.stringify({ opId: randomUUID(), event: { type: 'ask', question } }),
  })
  if (!response.ok) throw new Error(`A session did not begin: ${await response.text()}`)
  await response.arrayBuffer()
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** The run whose processor time is in the middle. */
function middle(rows: readonly Row[]): Row {
  const [row] = rows.toSorted((a, b) => a.cpuMicros - b.cpuMicros).slice(Math.floor(rows.length / 2))
  if (!row) throw new Error('There was no round.')
  return row
}

function show(title: string, rows: readonly (Row & { cpuMicrosPerDevice?: number | undefined })[]): void {
  say(title)
  console.table(
    rows.map(({ sessions, devices, given, p50, p99, parts, cpuMicros, cpuMicrosPerDevice, cpuShare, behind }) => ({
      sessions,
      devices,
      'chunks/s': Math.round(given),
      'p50 ms': Math.round(p50),
      'p99 ms': Math.round(p99),
      'parts/s a device': Number(parts.toFixed(1)),
      'CPU µs a chunk': Number(cpuMicros.toFixed(2)),
      'a chunk and device': cpuMicrosPerDevice && Number(cpuMicrosPerDevice.toFixed(2)),
      'CPU %': Math.round(cpuShare * 100),
      behind,
    })),
  )
}
