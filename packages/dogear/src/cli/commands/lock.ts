// `dogear lock`: writes a lock file for the current version of every flow.

import { resolve } from 'node:path'
import type { Flow } from '../../flow/define.ts'
import type { Command } from '../command.ts'
import type { Config } from '../define-config.ts'
import { differences } from '../lock/differences.ts'
import { type Lock, lockText, readLocks, toLock, writeLock } from '../lock/file.ts'
import { samplesOf } from '../lock/samples.ts'
import { shapeOf } from '../lock/shape.ts'
import { clean, type Output } from '../output.ts'

type Written = {
  flow: string
  version: number
  file: string | null
  changed: boolean
  samples: number
  problems: string[]
}

export const lockFolder = ({ lock }: Config, folder: string): string => resolve(folder, lock?.folder ?? 'dogear.lock')

/** Writes one file per flow. Exit code 1 if a lock was kept because the change needs a new version and no `force`. */
export const lock: Command<{ force?: boolean }> = {
  name: 'lock',
  summary: 'Write down the shape of every flow in this version, with samples of people who may be in it.',
  options: [{ flags: '--force', text: 'replace the lock of a version that was never deployed' }],
  async run(config, { force = false }, { out, folder: configFolder }) {
    const folder = lockFolder(config, configFolder)
    const { locks, bad } = await readLocks(folder)
    for (const { file, problem } of bad) out.note(`${file} cannot be used: ${problem}`)
    const written: Written[] = []
    for (const flow of config.engine.flows.values())
      written.push(await lockFlow(config, flow, { folder, locks, force: force || bad.length > 0 }))
    const text = written.flatMap((one) => lines(one, out))
    out.result({ folder, locks: written }, text)
    return written.some(({ file }) => file === null) ? 1 : 0
  },
}

async function lockFlow(
  { lock: options }: Config,
  flow: Flow,
  { folder, locks, force }: { folder: string; locks: readonly Lock[]; force: boolean },
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
  const file = await writeLock(folder, next)
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
      `${colors.red('kept')}    ${name}: it is locked already, and people would notice what changed. ` +
        `Make it version ${version + 1}, or use --force if it was never deployed.`,
      ...problems.map((problem) => `        ${clean(problem)}`),
    ]
  return [
    `${colors.green(changed ? 'locked' : 'same  ')}  ${name}: ${samples} sample${samples === 1 ? '' : 's'} in ${file}`,
    ...problems.map((problem) => `        ${colors.yellow(clean(problem))}`),
  ]
}
