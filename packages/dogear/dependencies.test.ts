// The dependencies that face the network are not older than the versions in which known holes were closed.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { installed, pageOf, unusual } from '../../scripts/licences.mjs'

const root = resolve(import.meta.dirname, '../..')

/** The least version, with what was mended in it. Beyond them, an audit by the registry tells of what is newer. */
const floors: readonly [name: string, floor: string, mended: string][] = [
  ['next', '16.2.6', 'CVE-2026-23870, CVE-2026-44574, CVE-2026-44578'],
  ['react', '19.2.1', 'CVE-2025-55182'],
  ['react-dom', '19.2.1', 'CVE-2025-55182'],
  ['ioredis', '6.0.0', 'SNYK-JS-IOREDIS-19963957, and keys of Object.prototype in the slots of a cluster (#2151)'],
  ['pg', '8.11.0', 'the oldest that the drivers are tested with'],
  ['msgpackr', '1.10.1', 'CVE-2023-52079'],
  ['better-auth', '1.4.17', 'CVE-2025-61928, CVE-2026-45364'],
  ['file-type', '17.1.3', 'CVE-2022-36313'],
]

const parts = (version: string): number[] => version.split('.').map(Number)

function isBelow(version: string, floor: string): boolean {
  const [own, least] = [parts(version), parts(floor)]
  const at = least.findIndex((part, index) => part !== own[index])
  return at >= 0 && (own[at] ?? 0) < (least[at] ?? 0)
}

test.each([
  ['16.2.6', '16.2.6', false],
  ['16.10.0', '16.2.6', false],
  ['15.9.9', '16.2.6', true],
  ['16.2.5', '16.2.6', true],
])('version %s is below %s: %s', (version, floor, below) => {
  expect(isBelow(version, floor)).toBe(below)
})

const versionIn = (folder: string, name: string): string | undefined => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  if (!(name in { ...dependencies, ...devDependencies })) return undefined
  return JSON.parse(readFileSync(join(root, folder, 'node_modules', name, 'package.json'), 'utf8')).version
}

test.each(floors)('[M80] %s is installed at %s or newer: %s', (name, floor) => {
  const versions = ['.', 'packages/dogear', 'apps/demo'].flatMap((folder) => versionIn(folder, name) ?? [])
  expect(versions).not.toEqual([])
  expect(versions.filter((version) => isBelow(version, floor))).toEqual([])
})

const packages = installed()

test('runs with packages of usual licences only, which docs/licences.md lists', () => {
  expect(packages.length).toBeGreaterThan(20)
  expect(unusual(packages)).toEqual([])
  expect(readFileSync(join(root, 'docs/licences.md'), 'utf8')).toBe(pageOf(packages))
})

test('notices a package whose licence is not a usual one', () => {
  const one = { name: 'one', version: '1.0.0' }
  const licences = ['MIT', '(MIT OR Apache-2.0)', 'MIT OR GPL-3.0', 'none', 'SEE LICENSE IN LICENSE']
  expect(unusual(licences.map((licence) => ({ ...one, licence })))).toHaveLength(3)
})
