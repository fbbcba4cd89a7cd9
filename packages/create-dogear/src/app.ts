// The files of a new app, put together from the templates.

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Choices } from './choices.ts'
import { inWordsOf, type Manager } from './manager.ts'
import { manifestOf } from './manifest.ts'

const templates = fileURLToPath(new URL('../templates', import.meta.url))

/** Contents by path. An app is `shared`, the template of its server, that of its store: the last one of a file wins. */
export type Files = ReadonlyMap<string, string>

/** The files of an app. `key` seals its sessions; a random one each time. */
export function filesOf(
  { frame, store }: Pick<Choices, 'frame' | 'store'>,
  { name, manager, key = randomBytes(32).toString('base64url') }: { name: string; manager: Manager; key?: string },
): Files {
  const parts = ['shared', frame, store].map(read)
  const files = new Map(parts.flatMap((part) => [...part]))
  const every = (file: string) => parts.flatMap((part) => part.get(file) ?? [])
  const manifest = manifestOf(
    name,
    every('package.json').map((text) => JSON.parse(text)),
  )
  files.set('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  files.set('README.md', `# ${name}\n\n${every('README.md').join('')}`)
  for (const [file, text] of files) if (/\.(md|yml)$/.test(file)) files.set(file, inWordsOf(manager, text))
  files.set('.env', (files.get('.env.example') ?? '').replace(/^DOGEAR_KEYS=$/m, `DOGEAR_KEYS=k1:${key}`))
  return files
}

// npm keeps files such as .gitignore out of packages: in a template, an underscore stands for the dot.
function read(template: string): Files {
  const folder = join(templates, template)
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const name = path.slice(folder.length + 1).replaceAll('\\', '/')
      return [name.replace(/(^|\/)_(?!_)/g, '$1.'), readFileSync(path, 'utf8')]
    }),
  )
}
