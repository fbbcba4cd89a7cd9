// `dogear lock`: writes down what today's version of every flow is, before it meets people.

import { resolve } from 'node:path'
import type { Flow } from '../../flow/define.ts'
import type { Config } from '../define-config.ts'
import { differences } from '../lock/differences.ts'
import { type Lock, lockText, readLocks, toLock, writeLock } from '../lock/file.ts'
import { samplesOf } from '../lock/samples.ts'
import { shapeOf } from '../lock/shape.ts'
import { clean, type Output } from '../output.ts'

export type LockOptions = { force?: boolean }

type Written = {
  flow: string
  version: number
  file: string | null
  changed: boolean
  samples: number
  problems: string[]
}

export const lockFolder = ({ lock }: Config, folder: string): string => resolve(folder, lock?.folder ?? 'dogear.lock')

/**
 * Writes a lock file per flow. Refuses, with exit code 1, to replace the lock of a version that people would feel changing,
 * unless `force`: such a change is a new version.
 */
export async function lock(
  config: Config,
  { force = false }: LockOptions,
  { out, folder }: { out: Output; folder: string },
): Promise<number> {
  const place = lockFolder(config, folder)
  const { locks, bad } = await readLocks(place)
  for (const { file, problem } of bad) out.note(`${file} cannot be used: ${problem}`)
  const written: Written[] = []
  for (const flow of config.engine.flows.values())
    written.push(await lockFlow(config, flow, { place, locks, force: force || bad.length > 0 }))
  if (out.json) out.document({ folder: place, locks: written })
  else for (const line of written.flatMap((one) => lines(one, out))) out.line(line)
  return written.some(({ file }) => file === null) ? 1 : 0
}

async function lockFlow(
  { lock: options }: Config,
  flow: Flow,
  { place, locks, force }: { place: string; locks: readonly Lock[]; force: boolean },
): Promise<Written> {
  const { id, version } = flow
  const shape = shapeOf(flow)
  const before = locks.find((one) => one.flow === id && one.version === version)
  const breaking = before ? differences(before, shape).filter(({ kind }) => kind === 'breaking') : []
  if (breaking.length > 0 && !force) {
    const problems = breaking.map(({ text }) => text)
    return { flow: id, version, file: null, changed: false, samples: before?.samples.length ?? 0, problems }
  }
  const { samples, unreached, refused } = samplesOf(flow, options?.examples?.[id])
  const next = toLock(flow, shape, samples)
  const changed = !before || lockText(before) !== lockText(next)
  const file = await writeLock(place, next)
  const problems = [
    ...unreached.map((state) => `no walk leads to "${state}": give examples of the events and results that do`),
    ...refused.map((type) => `no payload of "${type}" was taken anywhere: give an example that is`),
  ]
  return { flow: id, version, file, changed, samples: samples.length, problems }
}

function lines({ flow, version, file, changed, samples, problems }: Written, { colors }: Output): string[] {
  const name = `${flow} version ${version}`
  if (file === null)
    return [
      `${colors.red('kept')}    ${name}: it is locked already, and differs in what people feel. Make it version ${version + 1}, or use --force if it was never deployed.`,
      ...problems.map((problem) => `        ${clean(problem)}`),
    ]
  return [
    `${colors.green(changed ? 'locked' : 'same  ')}  ${name}: ${samples} sample${samples === 1 ? '' : 's'} in ${file}`,
    ...problems.map((problem) => `        ${colors.yellow(clean(problem))}`),
  ]
}
