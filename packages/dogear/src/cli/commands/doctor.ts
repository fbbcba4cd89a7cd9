// `dogear doctor`: the checks of the store, with advice where something is wrong.

import type { Check, Store } from '../../store/store.ts'
import { settleWithin } from '../../time.ts'
import type { Command } from '../command.ts'
import { clean, errorLine, type Output, table } from '../output.ts'

const patienceMs = 10_000

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the store: exit code 1 if it would lose sessions or refuse them.',
  options: [],
  async run({ engine: { store } }, _, { out }) {
    const unreachable = (detail: string): Check[] => [{ name: 'reachable', status: 'fail', detail }]
    const diagnosis = (store.diagnose ? store.diagnose() : ask(store)).catch((error: unknown) =>
      unreachable(errorLine(error)),
    )
    const checks = await settleWithin(patienceMs, diagnosis, () =>
      unreachable(`no answer within ${patienceMs / 1000} s`),
    )
    const failed = checks.some(({ status }) => status === 'fail')
    out.result({ store: store.name, ok: !failed, checks }, lines(store.name, checks, out))
    return failed ? 1 : 0
  },
}

/** The one check of a store that has none of its own. */
async function ask(store: Store): Promise<Check[]> {
  const began = performance.now()
  await store.now()
  return [
    { name: 'reachable', status: 'ok', detail: `answers in ${(performance.now() - began).toFixed(1)} ms` },
    { name: 'diagnose', status: 'warn', detail: 'this store has no checks of its own' },
  ]
}

function lines(name: string, checks: readonly Check[], { colors }: Output): string[] {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red }
  const rows = table(checks.map((check) => [check.status.padEnd(4), check.name, clean(check.detail)]))
  const advised = checks.flatMap(({ status, advice }, i) => {
    const row = (rows[i] ?? '').replace(status, paint[status](status))
    return advice === undefined ? [row] : [row, `        ${colors.dim(clean(advice))}`]
  })
  return [`${name} store`, ...advised]
}
