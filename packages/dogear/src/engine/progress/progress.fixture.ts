// An effect whose progress a test reports, with pages that show it.

import { expect } from 'vitest'
import type { Watching } from '../contract.ts'
import { shop } from '../effects/shop.fixture.ts'
import type { Person, Rig } from '../harness.fixture.ts'
import type { ProgressHint } from './hint.ts'

type Report = (chunk: unknown) => void

/** An effect whose progress a test reports, and whose end a test decides. */
export function reporting(attempts = 5) {
  const reports: Report[] = []
  const signals: AbortSignal[] = []
  const ends: ((how: { fail?: boolean }) => void)[] = []
  const { flow } = shop({
    attempts,
    provider: ({ progress, signal }) => {
      reports.push(progress)
      signals.push(signal)
      return new Promise((resolve, reject) =>
        ends.push(({ fail }) => (fail ? reject(new Error('no answer')) : resolve('ch_1'))),
      )
    },
  })
  const report: Report = (chunk) => reports.at(-1)?.(chunk)
  return { flow, report, reports, signals, end: (how = {}) => ends.at(-1)?.(how) }
}

/** The state of a page whose connection is made again. */
type Had = { text: string; attempt: string; entry: string | undefined }

/** A page that shows progress: its text and value, the last entry it knows, all that it was told. */
export async function page({ engine }: Pick<Rig, 'engine'>, { caller }: Person, had?: Had) {
  const shown = { text: '', value: undefined as unknown, attempt: '', entry: undefined as string | undefined, ...had }
  const hints: ProgressHint[] = []
  const watching: Watching = await engine.follow('checkout', caller, {
    after: had?.entry,
    listener(hint) {
      hints.push(hint)
      if (hint.kind === 'current' && hint.effects.pay !== shown.attempt) shown.text = ''
      if (hint.kind === 'current') shown.attempt = hint.effects.pay ?? ''
      if (hint.kind !== 'part') return
      expect(hint).toMatchObject({ effect: 'pay', attempt: shown.attempt })
      expect(hint.at).toBeLessThanOrEqual(shown.text.length)
      shown.text += hint.text.slice(shown.text.length - hint.at)
      shown.entry = hint.entry ?? shown.entry
      if (hint.value !== undefined) shown.value = hint.value
    },
  })
  return { shown, hints, stop: watching.stop }
}
