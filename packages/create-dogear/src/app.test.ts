// The files of each app: complete, in one tongue, with the versions that this repository is tested with.

import { readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOf } from './app.ts'
import { managerOf } from './manager.ts'

const root = resolve(import.meta.dirname, '../../..')
const pnpm = managerOf('pnpm/10.34.8')
const variants = (['next', 'hono'] as const).flatMap((frame) =>
  (['embedded', 'redis'] as const).map((store) => ({ frame, store })),
)
const manifest = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

describe.each(variants)('an app on $frame, with sessions in $store', (variant) => {
  const files = filesOf(variant, { name: 'my-app', manager: pnpm })
  const { name, scripts, dependencies, devDependencies } = JSON.parse(files.get('package.json') ?? '')

  it('imports nothing that is not there', () => {
    const missing = [...files].flatMap(([file, text]) => {
      if (!/\.(ts|tsx|mjs)$/.test(file)) return []
      return [...text.matchAll(/(?:from|import)[ (]'([^']+)'/g)].flatMap(([, from = '']) => {
        if (from.startsWith('node:')) return []
        const path = posix.join(posix.dirname(file), from)
        const found = from.startsWith('.')
          ? ['', '.ts', '.tsx'].some((ending) => files.has(path + ending)) || path.startsWith('dist/')
          : { ...dependencies, ...devDependencies }[(/^(@[^/]+\/)?[^/]+/.exec(from) ?? [])[0] ?? '']
        return found ? [] : [`${file}: ${from}`]
      })
    })
    expect(missing).toEqual([])
  })

  it('has a name, every script, and a README that knows where things are', () => {
    expect(name).toBe('my-app')
    expect(Object.values(scripts)).not.toContain('')
    const readme = files.get('README.md') ?? ''
    expect(readme).toMatch(/^# my-app\n/)
    for (const [, script] of readme.matchAll(/pnpm run (\w+)/g)) expect(scripts).toHaveProperty(script as string)
    const places = [...readme.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) =>
      cell.match(/[^`, ]+/g),
    )
    const named = places.filter((place) => place?.includes('/')) as string[]
    expect(named.length).toBeGreaterThan(4)
    expect(named.filter((place) => ![...files.keys()].some((file) => file.startsWith(place)))).toEqual([])
  })

  it('speaks the words of the package manager in its README and its workflow', () => {
    const words = [...files].filter(([file]) => /\.(md|yml)$/.test(file)).map(([, text]) => text)
    expect(words.join('')).toContain('pnpm run')
    expect(words.join('').replaceAll('npx --yes pnpm', '')).not.toMatch(/\bnpm (run|ci|install)\b|\bnpx\b/)
  })

  it('has a key of its own, which git leaves out', () => {
    const key = (text = '') => /^DOGEAR_KEYS=(.*)$/m.exec(text)?.[1]
    const another = filesOf(variant, { name: 'my-app', manager: pnpm })
    expect(key(files.get('.env'))).toMatch(/^k1:[\w-]{43}$/)
    expect(key(another.get('.env'))).not.toBe(key(files.get('.env')))
    expect(key(files.get('.env.example'))).toBe('')
    expect(files.get('.gitignore')?.split('\n')).toEqual(expect.arrayContaining(['.env', '.data', 'node_modules']))
    expect([...files.keys()].filter((file) => /(^|\/)_/.test(file))).toEqual([])
  })
})

it('comes with the versions that this repository is tested with, each of them exact', () => {
  const { dependencies, devDependencies } = manifest('packages/create-dogear')
  const workspace = ['', 'apps/demo', 'packages/dogear'].map(manifest)
  const tested = Object.assign({}, ...workspace.flatMap((one) => [one.devDependencies, one.dependencies]))
  const given = Object.entries<string>(devDependencies)
  expect(given.filter(([name, version]) => name in tested && version !== tested[name])).toEqual([])
  const all = [...given, ...Object.entries<string>(dependencies)].filter(([name]) => name !== 'dogear')
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
})
