// The folder of a new app: its name, its being free.

import { readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import validate from 'validate-npm-package-name'

/** The name of the app in `folder`. */
export const nameOf = (folder: string): string => basename(resolve(folder))

/** A sentence that says why no app can be made in `folder`, and what to do; undefined if one can. */
export function problemWith(folder: string): string | undefined {
  const name = nameOf(folder)
  const { validForNewPackages, errors = [], warnings = [] } = validate(name)
  if (!validForNewPackages) {
    const fit = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
    const why = [...errors, ...warnings][0]
    const other = fit !== '' && fit !== name ? `, such as ${fit}` : ''
    return `"${name}" cannot be the name of an app, because its ${why}: take another${other}.`
  }
  const path = resolve(folder)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return undefined
  if (!found.isDirectory()) return `${folder} is a file: take another name.`
  const there = readdirSync(path).filter((entry) => entry !== '.git')
  if (there.length === 0) return undefined
  const some = there.slice(0, 3).join(', ')
  return `The folder ${folder} is not empty (${some}${there.length > 3 ? ' …' : ''}): take another, or empty it.`
}
