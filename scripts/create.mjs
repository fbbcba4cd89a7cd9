// `npm run create -- ../my-app`: makes an app as `npm create dogear` will, of the packages in this checkout.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap, cache, root } from './bootstrap.mjs'
import { command, say } from './output.mjs'

command(async () => {
  bootstrap()
  const { install } = await import('./pack.mjs')
  const { packed } = await import('./packed.mjs')
  const folder = join(cache, 'create')
  const [dogear, creator] = [join(root, 'packages', 'dogear'), join(root, 'packages', 'create-dogear')]
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // The new app names this file as its dogear: the shared one goes when nobody packs for a day.
  const tarball = join(folder, 'dogear.tgz')
  copyFileSync(packed(dogear), tarball)
  const main = join(install(packed(creator), creator, folder), 'dist', 'main.js')
  // npm runs a script in the folder of its package, and says where it was called.
  const options = { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: /** @type {const} */ ('inherit') }
  const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], options)
  process.exitCode = status ?? 1
  if (status === 0) say(`Until dogear is published, install it with: npm install ${tarball}`)
})
