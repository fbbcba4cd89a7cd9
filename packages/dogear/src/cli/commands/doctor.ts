// `dogear doctor`: the checks of the store, its records included, with advice where something is wrong.

import type { Engine } from '../../engine/engine.ts'
import type { Check, Store } from '../../store/store.ts'
import { settleWithin } from '../../time.ts'
import { guideTo } from '../alarms.ts'
import type { Command } from '../command.ts'
import { clean, errorLine, type Output, table } from '../output.ts'
import { checkSizes, type Sample } from '../record-sizes.ts'
import { everySession } from '../sweep/every-session.ts'

const patienceMs = 10_000
/** Records that are looked at, wherever the store begins: ids are hashes, so any of them are as good as others. */
const mostRecords = 1_000
/** Without these there are no records to look at, and a look might make what is missing. */
const needed = /(reachable|schema|table)$/

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the store: exit code 1 if it would lose sessions or refuse them.',
  options: [],
  async run({ engine }, _, { out }) {
    const { store } = engine
    const unreachable = (detail: string): Check[] => [{ name: 'reachable', status: 'fail', detail }]
    const diagnosis: Promise<Check[]> = (store.diagnose ? store.diagnose().then((all) => [...all]) : ask(store)).catch(
      (error: unknown) => unreachable(errorLine(error)),
    )
    const checks = await settleWithin(patienceMs, diagnosis, () =>
      unreachable(`no answer within ${patienceMs / 1000} s`),
    )
    if (checks.every(({ name, status }) => status === 'ok' || !needed.test(name)))
      checks.push(...(await settleWithin(patienceMs, sizesIn(engine), () => [unseenSizes('no answer in time')])))
    const failed = checks.some(({ status }) => status === 'fail')
    const guided = checks.map((check) => (check.status === 'ok' ? check : { ...check, guide: guideTo(check) }))
    out.result({ store: store.name, ok: !failed, checks: guided }, lines(store.name, guided, out))
    return failed ? 1 : 0
  },
}

/** The sizes of the records that a scan finds first. */
async function sizesIn(engine: Engine): Promise<Check[]> {
  const samples: Sample[] = []
  try {
    for await (const { sessions } of everySession(engine, {
      batch: 200,
      rate: Number.POSITIVE_INFINITY,
      patienceMs: 0,
    })) {
      for (const one of sessions)
        if (one.kind === 'record') samples.push({ flow: one.record.flow, turns: one.record.revision, bytes: one.bytes })
      if (samples.length >= mostRecords) break
    }
  } catch (error) {
    return [unseenSizes(errorLine(error))]
  }
  return checkSizes(samples, (flow) => engine.flows.get(flow)?.maxBytes)
}

const unseenSizes = (why: string): Check => ({
  name: 'records',
  status: 'warn',
  detail: `their sizes could not be looked at: ${why}`,
})

/** The one check of a store that has none of its own. */
async function ask(store: Store): Promise<Check[]> {
  const began = performance.now()
  await store.now()
  return [
    { name: 'reachable', status: 'ok', detail: `answers in ${(performance.now() - began).toFixed(1)} ms` },
    { name: 'diagnose', status: 'warn', detail: 'this store has no checks of its own' },
  ]
}

function lines(name: string, checks: readonly (Check & { guide?: string })[], { colors }: Output): string[] {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red }
  const rows = table(checks.map((check) => [check.status.padEnd(4), check.name, clean(check.detail)]))
  const advised = checks.flatMap(({ status, advice, guide }, i) => {
    const row = (rows[i] ?? '').replace(status, paint[status](status))
    const more = [advice, guide].filter((text) => text !== undefined)
    return [row, ...more.map((text) => `        ${colors.dim(clean(text))}`)]
  })
  return [`${name} store`, ...advised]
}
