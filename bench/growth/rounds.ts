// The interleaved rounds of the growing cases, in one process: each case has one slice in each round.

import { setImmediate } from 'node:timers/promises'
import { median } from '../rounds.ts'
import type { Case, List } from './lists.ts'

/**
 * Medians: milliseconds and processor time of this process for one turn, both also as multiples of the first's; turns a
 * second, one after the other.
 */
export type Row = Slice & { label: string; size: number; times: number; cpuTimes: number }
export type Growth = { name: string; rows: Row[] }

type Slice = { p50: number; cpuMicros: number; perSecond: number }

async function play({ act }: Case, ms: number): Promise<Slice> {
  const took: number[] = []
  const before = process.cpuUsage()
  const started = performance.now()
  const until = started + ms
  for (let now = started; now < until || took.length < 3; ) {
    await act()
    const after = performance.now()
    took.push(after - now)
    now = after
  }
  const { user, system } = process.cpuUsage(before)
  const perSecond = (took.length / (performance.now() - started)) * 1_000
  await setImmediate()
  return { p50: median(took), cpuMicros: (user + system) / took.length, perSecond }
}

export async function growth(lists: readonly List[], { rounds, ms }: { rounds: number; ms: number }) {
  for (const { cases } of lists) for (const one of cases) await play(one, 2 * ms)
  const slices = lists.map(({ cases }) => cases.map((): Slice[] => []))
  for (let round = 0; round < rounds; round++)
    for (const [list, { cases }] of lists.entries())
      for (const [index, one] of cases.entries()) slices[list]?.[index]?.push(await play(one, ms))
  return lists.map(({ name, cases }, list): Growth => {
    const all = slices[list] as Slice[][]
    const ratio = (mine: Slice[], of: keyof Slice) =>
      median(mine.map((slice, round) => slice[of] / (all[0]?.[round]?.[of] ?? Number.NaN)))
    const rows = cases.map(({ label, size }, index): Row => {
      const mine = all[index] as Slice[]
      const middle = (of: keyof Slice) => median(mine.map((one) => one[of]))
      const slice = { p50: middle('p50'), cpuMicros: middle('cpuMicros'), perSecond: middle('perSecond') }
      return { label, size, ...slice, times: ratio(mine, 'p50'), cpuTimes: ratio(mine, 'cpuMicros') }
    })
    return { name, rows }
  })
}
