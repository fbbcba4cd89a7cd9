// `dogear doctor`: what the store says about itself, with advice where something is wrong.

import type { Check, Store } from '../../store/store.ts'
import type { Config } from '../define-config.ts'
import { clean, errorLine, type Output, table } from '../output.ts'

const patienceMs = 10_000

/** Prints the checks of the store. Resolves to the exit code: 1 if one failed. */
export async function diagnose({ store }: Config, { out }: { out: Output }): Promise<number> {
  const checks = await withinPatience(store.diagnose ? store.diagnose() : ask(store))
  const failed = checks.some(({ status }) => status === 'fail')
  if (out.json) out.document({ store: store.name, ok: !failed, checks })
  else for (const line of lines(store.name, checks, out)) out.line(line)
  return failed ? 1 : 0
}

/** What can be found out about a store that cannot be asked how it is. */
async function ask(store: Store): Promise<Check[]> {
  const began = performance.now()
  await store.now()
  return [
    { name: 'reachable', status: 'ok', detail: `answers in ${(performance.now() - began).toFixed(1)} ms` },
    { name: 'diagnose', status: 'warn', detail: 'this store has no checks of its own' },
  ]
}

async function withinPatience(checks: Promise<readonly Check[]>): Promise<readonly Check[]> {
  const unreachable = (detail: string): Check[] => [{ name: 'reachable', status: 'fail', detail }]
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Check[]>((resolve) => {
    timer = setTimeout(() => resolve(unreachable(`no answer within ${patienceMs / 1000} s`)), patienceMs)
  })
  return Promise.race([checks.catch((error: unknown) => unreachable(errorLine(error))), late]).finally(() =>
    clearTimeout(timer),
  )
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
