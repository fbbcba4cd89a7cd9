// The answers of an earlier version, looked for in what its migrations made of them.

import type { LockedSample } from '../../cli/lock/file.ts'
import { fromTagged } from '../../cli/lock/tagged.ts'
import { literal } from './deeds.ts'
import type { Opened } from './world.ts'

/**
 * The reason why a migration has lost an answer: a word or a number of the older context that is neither in the newer
 * one nor in a draft. `mayLose` names paths of the older context that may go, such as `shipping.vatId`.
 */
export function lostIn(
  sample: LockedSample,
  { context, drafts }: Opened,
  mayLose: readonly string[],
): string | undefined {
  const older = (fromTagged(sample.snapshot) as { context: unknown }).context
  const kept = new Set([...leaves(context), ...leaves(drafts)].flatMap(({ value }) => wordsOf(value)))
  const lost = leaves(older).find(
    ({ path, value }) => !mayLose.some((one) => isWithin(path, one)) && wordsOf(value).some((word) => !kept.has(word)),
  )
  return lost && `the migration loses an answer: context.${lost.path} was ${literal(lost.value)}`
}

type Leaf = { path: string; value: string | number }

function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, value }]
  if (typeof value !== 'object' || value === null) return []
  const inner = value instanceof Map || value instanceof Set ? [...value] : value
  return Object.entries(inner).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`))
}

const wordsOf = (value: string | number): string[] => String(value).match(/[\p{L}\p{N}]+/gu) ?? []
const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`)
