// Tarballs are packed once for the same sources, and again for others.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { packed } from './packed.mjs'

const folder = mkdtempSync(join(tmpdir(), 'dogear-packed-'))
const tarballs = new Set<string>()
afterAll(() => {
  for (const path of [folder, ...[...tarballs].map(dirname)]) rmSync(path, { recursive: true, force: true })
})

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
const pack = () => {
  const tarball = packed(folder)
  tarballs.add(tarball)
  return tarball
}
const namesIn = (tarball: string) =>
  spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).stdout.trim().split('\n').sort()

describe('packed', () => {
  it('packs a package once for the same sources, again for others, and leaves it as it is', { timeout: 60_000 }, () => {
    write(
      'build.mjs',
      "import { mkdirSync, writeFileSync } from 'node:fs'\n" +
        "const dist = process.argv[2] + '/dist'\nmkdirSync(dist)\nwriteFileSync(dist + '/main.js', '')\n",
    )
    const scripts = { build: 'node build.mjs' }
    write('package.json', JSON.stringify({ name: 'tiny', version: '1.0.0', files: ['dist'], scripts }))
    write('README.md', 'One')
    write('src/main.ts', '1')
    write('dist/left.js', '')
    const before = readdirSync(folder, { recursive: true })
    const first = pack()
    expect(namesIn(first)).toEqual([
      'package/LICENSE',
      'package/README.md',
      'package/dist/main.js',
      'package/package.json',
    ])
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
    expect(pack()).toBe(first)
    write('src/main.test.ts', 'no part of it')
    write('dist/left.js', 'made by a build')
    expect(pack()).toBe(first)
    write('src/main.ts', '2')
    const second = pack()
    expect(second).not.toBe(first)
    write('src/main.ts', '1')
    expect(pack()).toBe(first)
  })
})
