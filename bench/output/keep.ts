// The results of a bench as a file of `bench/results`.

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { here } from '../bundle.mjs'

/** The day and the machine of a run. */
export type Measured = { date: string; node: string; cores: number; cpu: string }

/** This day and this machine. */
export const measured = (): Measured => ({
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? '',
})

/** Writes `results` with the day and the machine, over those of the run before. */
export function keep(name: string, results: object): void {
  mkdirSync(join(here, 'results'), { recursive: true })
  writeFileSync(join(here, `results/${name}.json`), `${JSON.stringify({ ...measured(), ...results }, null, 2)}\n`)
}
