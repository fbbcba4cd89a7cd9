// The demo with version 1 of its checkout: the files of `e2e/earlier` laid over a copy of today's demo.
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './bootstrap.mjs'

export const demoFolder = join(root, 'apps', 'demo')
const overlay = join(root, 'e2e', 'earlier')
/** The copy. It lies as deep in the workspace as the demo, so that every relative path in it still holds. */
export const earlierFolder = join(root, 'e2e', '.earlier')

const left = /^(node_modules|\..*|next-env\.d\.ts|.*\.tsbuildinfo|.*\.(test|test-d|fixture)\.tsx?)$/

/**
 * The files of an app, sorted: without tests, packages and what a build made.
 *
 * @param {string} folder
 * @returns {string[]} relative to `folder`
 */
export function filesOfApp(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !left.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesOfApp(join(folder, entry.name)).map((file) => join(entry.name, file)) : [entry.name],
    )
}

/** Brings the copy up to date. Calling it twice, or from several processes at once, is harmless. */
export function layEarlier() {
  const sources = new Map(
    [demoFolder, overlay].flatMap((from) => filesOfApp(from).map((file) => [file, join(from, file)])),
  )
  mkdirSync(earlierFolder, { recursive: true })
  for (const file of filesOfApp(earlierFolder))
    if (!sources.has(file)) rmSync(join(earlierFolder, file), { force: true })
  for (const [file, source] of sources) {
    const target = join(earlierFolder, file)
    const content = readFileSync(source)
    if (existsSync(target) && readFileSync(target).equals(content)) continue
    mkdirSync(dirname(target), { recursive: true })
    // Renamed into place: a process that reads it meanwhile finds one version or the other, never half a file.
    const part = join(earlierFolder, `.${randomUUID()}`)
    writeFileSync(part, content)
    renameSync(part, target)
  }
  try {
    symlinkSync(join(demoFolder, 'node_modules'), join(earlierFolder, 'node_modules'))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  return earlierFolder
}
