// A run: attacks one after the other on one world after another, each answer judged.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { type Attack, attack, type Sent, toSent } from './attack.ts'
import type { Arrived, Channel } from './channels.ts'
import { changesBy, codeOf, faultsOf } from './oracle.ts'
import type { World } from './world.ts'

export type Run = {
  seed: number
  /** As many attacks are made, or a few more. */
  inputs: number
  world(): Promise<World>
  channels: readonly Channel[]
  /** The time an answer may take: by default longer than any takes on a busy machine. */
  deadlineMs?: number
}

/** `codes` counts answers; `reached` lists the routes that accepted something; `failure` is the smallest found. */
export type Report = {
  seed: number
  inputs: number
  codes: Record<string, number>
  reached: string[]
  failure: string | undefined
  /** Bytes in use after the first and the last tenth, garbage collected. */
  heap: [number, number]
}

const perWorld = 20
const perRound = 50

export async function run({ seed, inputs, world, channels, deadlineMs = 20_000 }: Run): Promise<Report> {
  const codes: Record<string, number> = {}
  const reached = new Set<string>()
  const heap: number[] = []
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  let made = 0
  let failure: string | undefined

  async function one(open: World, attacked: Attack): Promise<void> {
    const { people, http, reports } = open
    const sent = toSent(attacked, http.basePath, people)
    const before = await open.records()
    const channel = channels[attacked.channel % channels.length] as Channel
    made++
    const answer = await settled(channel(http, sent, attacked.pace), deadlineMs)
    const found = answer ? faultsOf(answer, attacked.sender, people) : []
    found.push(...changesBy(answer, attacked.sender, { ada: people.ada.id, before, after: await open.records() }))
    if (reports.length > 0) found.push(`reported: ${reports.splice(0).map(told).join('; ')}`)
    if (Object.keys(Object.prototype).length > 0) found.push('it changed what every object inherits')
    if (answer) {
      const code = codeOf(answer)
      codes[code] = (codes[code] ?? 0) + 1
      if (answer.status < 400 && attacked.changes.length === 0)
        reached.add(`${attacked.route.method} ${attacked.route.path}`)
    }
    if (found.length > 0) throw new Error(`${found.join('\n')}\n${JSON.stringify(answer)}\n${shown(sent)}`)
  }

  const property = fc.asyncProperty(
    fc.array(attack, { minLength: 1, maxLength: perWorld, size: 'max' }),
    async (attacks) => {
      const open = await world()
      try {
        for (const attacked of attacks) await one(open, attacked)
      } finally {
        await open.close()
      }
      // A rejection is known to be nobody's once all that was to be done has been done.
      await new Promise((resolve) => setImmediate(resolve))
      if (rejections.length > 0) throw new Error(`nobody handled ${rejections.splice(0).map(told).join('; ')}`)
    },
  )
  for (let round = 0; made < inputs && failure === undefined; round++) {
    const checked = await fc.check(property, {
      seed: seed + round,
      numRuns: Math.min(perRound, Math.ceil(inputs / 10)),
    })
    if (checked.failed) failure = `${fc.defaultReportMessage(checked)}\n${told(checked.errorInstance)}`
    if (heap.length === 0 ? made >= inputs / 10 : made >= inputs) heap.push(used())
  }
  process.off('unhandledRejection', note)
  return { seed, inputs: made, codes, reached: [...reached].sort(), failure, heap: [heap[0] ?? 0, heap.at(-1) ?? 0] }
}

async function settled(answer: Promise<Arrived | undefined>, deadlineMs: number): Promise<Arrived | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), deadlineMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

const told = (cause: unknown): string =>
  cause instanceof Error ? `${cause.stack}${cause.cause ? told(cause.cause) : ''}` : String(cause)

const shown = ({ method, target, headers, body }: Sent): string =>
  [method, JSON.stringify(target), JSON.stringify(headers), body && Buffer.from(body).toString('latin1', 0, 2000)].join(
    ' ',
  )

/** Bytes in use once everything that can go is gone. */
function used(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
