// Lint for the history of a flow, its migrations with its lifts: finds every problem at once.

import type { StandardSchemaV1 } from '@standard-schema/spec'

/** As they may come from untyped code. */
type History = { version: number; oldest?: number; migrations?: object; lifts?: object }

/** Every problem, each starting with where it is. */
export function lintHistory({ version, oldest = 1, migrations = {}, lifts = {} }: History): string[] {
  if (!Number.isSafeInteger(version) || version < 1) return []
  if (!(Number.isSafeInteger(oldest) && oldest >= 1 && oldest <= version))
    return [`oldest: ${oldest} must be a whole number from 1 to the version`]
  const problems: string[] = []
  for (let from = oldest; from < version; from++) {
    const migration = (migrations as Record<number, unknown>)[from]
    if (migration === undefined)
      problems.push(`migrations.${from}: the migration from version ${from} to ${from + 1} is missing`)
    else problems.push(...lintMigration(`migrations.${from}`, migration))
  }
  // A step from the current version on has nowhere to lead; most likely the version was not raised.
  const early = (key: string) => Number.isSafeInteger(Number(key)) && Number(key) >= 1 && Number(key) < version
  for (const key of Object.keys(migrations).filter((one) => !early(one)))
    problems.push(`migrations.${key}: there is nothing to migrate from; the flow is of version ${version}`)
  for (const [key, byType] of Object.entries(lifts)) {
    if (!early(key)) problems.push(`lifts.${key}: there is nothing to lift from; the flow is of version ${version}`)
    for (const [type, lift] of Object.entries(Object(byType)))
      if (typeof lift !== 'function') problems.push(`lifts.${key}.${type}: not a function`)
  }
  return problems
}

function lintMigration(at: string, migration: unknown): string[] {
  if (typeof migration === 'function') return []
  if (typeof migration !== 'object') return [`${at}: neither a function nor an object with "migrate"`]
  const { migrate, from, renames, steps, draft, resume, ...others } = Object(migration) as Record<string, unknown>
  const isFunction = (value: unknown) => typeof value === 'function'
  const names = Object.values(Object(steps)).every((step) => typeof step === 'string')
  const newNames = Object.values(Object(renames)).every((name) => typeof name === 'string' || name === null)
  return [
    ...(isFunction(migrate) ? [] : [`${at}: neither a function nor an object with "migrate"`]),
    ...(from === undefined || isFunction((from as StandardSchemaV1)?.['~standard']?.validate)
      ? []
      : [`${at}.from: not a Standard Schema`]),
    ...(renames === undefined || (typeof renames === 'object' && newNames)
      ? []
      : [`${at}.renames: not new names, or null, by old ones`]),
    ...(steps === undefined || (typeof steps === 'object' && names) ? [] : [`${at}.steps: not step ids by step ids`]),
    ...(draft === undefined || isFunction(draft) ? [] : [`${at}.draft: not a function`]),
    ...(resume === undefined || isFunction(resume) || typeof resume === 'string'
      ? []
      : [`${at}.resume: neither a step nor a function`]),
    ...Object.keys(others).map((name) => `${at}.${name}: a migration has no such member`),
  ]
}
