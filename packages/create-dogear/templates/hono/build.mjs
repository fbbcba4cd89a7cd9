// Builds the server and the script of its pages into dist. With --watch: after every edit, with a server that runs.
import { spawn } from 'node:child_process'
import { context } from 'esbuild'

const watch = process.argv.includes('--watch')
const common = { bundle: true, jsx: 'automatic', format: 'esm', target: 'es2022', logLevel: 'info' }
const builds = [
  { ...common, entryPoints: ['server/main.tsx'], outdir: 'dist', platform: 'node', packages: 'external' },
  { ...common, entryPoints: ['browser/main.tsx'], outdir: 'dist/assets', minify: !watch, splitting: true },
]

for (const build of await Promise.all(builds.map((build) => context(build)))) {
  await build.rebuild()
  if (watch) await build.watch()
  else await build.dispose()
}
const env = { ...process.env, NODE_ENV: 'development' }
if (watch) spawn(process.execPath, ['--watch', 'dist/main.js'], { stdio: 'inherit', env })
