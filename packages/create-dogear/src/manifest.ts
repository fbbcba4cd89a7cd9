// The package.json of a new app. The versions are those that the templates are tested with: this package's own.

import { readFileSync } from 'node:fs'
import { Refusal } from './refusal.ts'

type Scripts = Record<string, string>
export type Manifest = {
  scripts?: Scripts
  dependencies?: Scripts
  devDependencies?: Scripts
  [member: string]: unknown
}

const own: { version: string; devDependencies: Scripts } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
export const version: string = own.version

/** Joins the parts that the templates of an app have. */
export function manifestOf(name: string, parts: readonly Manifest[]): Manifest {
  const joined = (member: 'scripts' | 'dependencies' | 'devDependencies'): Scripts =>
    Object.assign({}, ...parts.map((part) => part[member]))
  return {
    name,
    version: '0.1.0',
    ...Object.assign({}, ...parts),
    scripts: joined('scripts'),
    dependencies: atOwnVersions(joined('dependencies')),
    devDependencies: atOwnVersions(joined('devDependencies')),
  }
}

function atOwnVersions(dependencies: Scripts): Scripts {
  const names = Object.keys(dependencies).sort()
  return Object.fromEntries(names.map((name) => [name, own.devDependencies[name] ?? missing(name)]))
}

function missing(name: string): never {
  throw new Refusal(`create-dogear ${version} knows no version of ${name}: this is a bug of it.`)
}
