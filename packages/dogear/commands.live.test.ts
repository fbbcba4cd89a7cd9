// Every command in the README and the docs: run as it is written, or listed here with the reason why it is not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis } from '../../scripts/services.mjs'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.md$/.test(name),
)
const readmesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}/README.md`)
    .filter((document) => existsSync(join(root, document)))
/** The documents of this repository, and those that an app of `npm create dogear` comes with. */
const own = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readmesIn('packages'),
  ...pages.map((name) => `docs/${name}`),
]
const templates = 'packages/create-dogear/templates'
const ofApps = readmesIn(templates)

/** The commands of a document: those in a line of text, in blocks of a shell, after a prompt. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```/gm)]
  const lines = blocks.flatMap(([, language = '', code = '']) =>
    code.split('\n').flatMap((line) => (language === 'sh' ? [line] : line.startsWith('$ ') ? [line.slice(2)] : [])),
  )
  const program = '(?:npx|npm|node|dogear|docker|redis-cli|openssl|buf|protoc) '
  const inline = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(new RegExp(`\`(${program}[^\`]*)\``, 'g'))
  return [...lines, ...[...inline].map(([, command = '']) => command)]
    .map((command) =>
      command
        .trim()
        .replace(/\s+/g, ' ')
        .replace(/^dogear /, 'npx dogear '),
    )
    .filter((command) => command !== '')
}
const commandsOf = (documents: readonly string[]) => [
  ...new Set(documents.flatMap((document) => commandsIn(read(document)))),
]
const isScript = (command: string) => command.startsWith('npm run ')
/** The scripts of a new app, which are other ones than those of this repository. */
const scriptsOfApps = commandsOf(ofApps).filter(isScript)
const commands = [
  ...new Set([...commandsOf(own), ...commandsOf(ofApps).filter((command) => !isScript(command))]),
].sort()

/** Commands that are not run here, by how they begin. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm test': 'runs this test',
  'npm create dogear': 'not published yet; e2e/create.spec.ts runs it with a registry that has the packed packages',
  'npm run create': 'packs the package, which takes half a minute; e2e/create.spec.ts runs what it runs',
  'npm run docs': 'a stage of npm test',
  'npm run build': 'the stage "package" of npm test runs it',
  'npm run bench': 'takes minutes on a machine of its own, and prints the figures of docs/performance.md',
  'npm run faults': 'takes minutes; faults/*.test.ts run its scenarios in short',
  'npm run fuzz': 'takes minutes; fuzz/*.test.ts run it in short',
  'npm run mutants': 'takes hours',
  'npm run compat': 'installs other releases of Node and TypeScript',
  'npm run demo': 'goes on until it is stopped; the end-to-end tests start what it starts',
  'npm run cluster': 'goes on until it is stopped; src/redis/cluster starts what it starts',
  'npm install': 'changes what is installed; the end-to-end tests install the packages of the README in an app',
  'node --import tsx bench/migrate.ts': 'takes minutes, and prints a figure of docs/figures.md',
  'node scripts/licences.mjs': 'writes a page that other tests read at this moment; dependencies.test.ts compares it',
  'npx vitest': 'a part of npm test',
  'npx size-limit': 'the stage "package" of npm test runs it',
  'npx changeset': 'writes a release',
  'npx create-next-app@latest': 'needs the network; the end-to-end tests build an app of what it generates',
  'npx dogear dynamodb': 'needs a DynamoDB: src/cli/dynamodb.live.test.ts runs it',
  'npx dogear record <key id>': 'is no command, but the name of a purpose',
  'docker compose': 'needs Docker',
  'redis-cli --cluster fix': 'mends a cluster that is broken',
  'buf ': 'comes from npm with the schemas of an app; protobuf/*.test.ts read what it generates',
  'protoc ': 'comes from npm with the schemas of an app; protobuf/*.test.ts read what it generates',
}
const reasonFor = (command: string) => Object.keys(elsewhere).find((beginning) => command.startsWith(beginning))

/** True for a mention of a command that stands elsewhere with what it needs, such as `dogear show <session>`. */
const isMention = (command: string) =>
  /^npx dogear (show|send|erase|sessions)$/.test(command) && commands.some((other) => other.startsWith(`${command} `))
const here = commands.filter((command) => !reasonFor(command) && !isMention(command))

let folder = ''
let redis: Awaited<ReturnType<typeof startRedis>> | undefined
let keys = ''

/** Runs a command in the app as a shell does, with the package as it would be installed. */
async function run(command: string, stopAt?: RegExp): Promise<{ code: number | null; text: string }> {
  const node = `exec ${process.execPath}`
  const line = command
    .replace(/^npx dogear/, `${node} node_modules/dogear/src/cli/main.js`)
    .replace(/^npx tsx/, `${node} --import tsx`)
  const env = { ...process.env, REDIS_URL: redis?.url, DOGEAR_KEYS: keys, NO_COLOR: '1' }
  const cwd = command.startsWith('node ') ? root : folder
  const child = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part) => {
      text += part
      if (stopAt?.test(text)) child.kill('SIGTERM')
    })
  const [code] = await once(child, 'close')
  return { code, text }
}

/** Builds the package beside the packages that it needs: loading its sources would take a second for each command. */
async function buildPackage(): Promise<string> {
  const source = join(root, 'packages/dogear')
  const { exports, ...manifest } = JSON.parse(read('packages/dogear/package.json'))
  const caches = join(source, 'node_modules/.cache')
  mkdirSync(caches, { recursive: true })
  const target = mkdtempSync(join(caches, 'commands-'))
  await build({
    entryPoints: [...Object.values<string>(exports), './src/cli/main.ts'].map((entry) => join(source, entry)),
    ...{ outbase: source, outdir: target, bundle: true, splitting: true, packages: 'external' },
    ...{ platform: 'node', format: 'esm', logLevel: 'error' },
  })
  const built = Object.entries<string>(exports).map(([name, entry]) => [name, entry.replace(/ts$/, 'js')])
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, exports: Object.fromEntries(built) }))
  return target
}
let built = ''

beforeAll(async () => {
  redis = await startRedis()
  keys = (await run(`echo "k1:$(openssl rand -base64 32 | tr '+/' '-_')"`)).text.trim()
  folder = mkdtempSync(join(root, 'apps/demo/.readme-'))
  built = await buildPackage()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(built, join(folder, 'node_modules/dogear'))
  for (const document of ['README.md', 'docs/operators.md', 'docs/first-flow.md'])
    for (const [, name = '', code = ''] of read(document).matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), code)
    }
  await begin()
})
afterAll(async () => {
  await redis?.stop()
  for (const made of [folder, built]) rmSync(made, { recursive: true, force: true })
})

/** Commands that are told of a session; those that are told of a person are given a person of their own. */
const needsSession = (command: string) => /<session>|<id, cookie|--owner/.test(command)
const ownerIn = (command: string) => (command.includes('--owner') ? 'ada' : 'grace')
const sessions = new Map<string, string[]>()

/** Begins sessions of the README's flow, at its second step, of people who are signed in, for all commands at once. */
async function begin(): Promise<void> {
  const owners = here.filter(needsSession).map(ownerIn)
  writeFileSync(join(folder, 'begin.ts'), beginning(owners))
  const { text } = await run('npx tsx begin.ts')
  // The text also holds what the engine reports meanwhile.
  for (const [, owner = '', cookie = ''] of text.matchAll(/^(\w+): ([\w-]{22}\.[\w-]{43})$/gm))
    sessions.set(owner, [...(sessions.get(owner) ?? []), cookie])
  if ([...sessions.values()].flat().length < owners.length) throw new Error(text)
}
const beginning = (owners: readonly string[]) => `
import { randomUUID } from 'node:crypto'
import { createHttp } from 'dogear/http'
import config from './dogear.config'

const { engine, close } = await config()
for (const owner of ${JSON.stringify(owners)}) {
  const http = createHttp({ engine, production: false, identify: () => owner })
  const body = JSON.stringify({ opId: randomUUID(), event: { type: 'name.submitted', name: 'Ada' } })
  const headers = { 'Content-Type': 'application/json', Origin: 'http://localhost' }
  let cookie
  // As a browser does: on a busy machine the store may be late.
  for (let tries = 0; !cookie && tries < 5; tries++) {
    const events = new Request('http://localhost/api/flows/signup/events', { method: 'POST', headers, body })
    cookie = (await http.handle(events)).headers.getSetCookie()[0]
  }
  console.log(owner + ': ' + /=([^;]+)/.exec(cookie)[1])
}
await engine.close()
close()
`

const event = `'{"type":"plan.chosen","plan":"pro"}'`
/** The command with what a person puts in the place of its placeholders. */
const filled = (command: string, session: string) =>
  command
    .replace(/<session>|<id, cookie or reference>/, session)
    .replace(/<event>|'\{"type":.*\}'/, event)
    .replace(/--owner <[^>]+>/, '--owner ada')
    .replace('<id>', 'operation-1')

/** Commands in the order in which a person needs them: a lock before its check, the end of a session last. */
const order = ['lock', 'census', 'check', '', 'erase']
const rank = (command: string) => {
  const at = order.findIndex((name) => name !== '' && command.includes(`dogear ${name}`))
  return at < 0 ? order.indexOf('') : at
}

describe('a command in the docs', () => {
  it('is run here, or there is a reason', () => {
    expect(here.length).toBeGreaterThan(20)
    const used = new Set(commands.map(reasonFor))
    expect(Object.keys(elsewhere).filter((beginning) => !used.has(beginning))).toEqual([])
  })

  it('of a new app is one of its scripts, and e2e/create.spec.ts runs it', () => {
    const names = scriptsOfApps.map((command) => command.slice('npm run '.length)).sort()
    expect(names).toEqual(['build', 'check', 'dev', 'lock', 'start', 'test', 'types'])
    const test = read('e2e/create.spec.ts')
    expect(names.filter((name) => !new RegExp(`'${name}'|npm run ${name}`).test(test))).toEqual([])
    const manifests = readdirSync(join(root, templates)).map((name) => read(`${templates}/${name}/package.json`))
    expect(names.filter((name) => !manifests.some((text) => name in (JSON.parse(text).scripts ?? {})))).toEqual([])
  })

  it('of npm is a script of this repository', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const names = commands.flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? [])
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })

  it.each(here.sort((a, b) => rank(a) - rank(b)))('does what it says: %s', { timeout: 120_000 }, async (command) => {
    const session = needsSession(command) ? (sessions.get(ownerIn(command))?.pop() ?? '') : ''
    const { code, text } = await run(filled(command, session), /worker/.test(command) ? /\S/ : undefined)
    // The doctor fails for a Redis that keeps nothing, as that of a test; it has looked, then.
    if (/doctor/.test(command)) expect(text).toMatch(/reachable/)
    else if (/sessions/.test(command)) expect(text).toMatch(/^ *\S+ +\S+ +signup +plan/m)
    else expect({ code, text }).toEqual({ code: 0, text: expect.any(String) })
    if (/try-visit/.test(command)) expect(text).toContain('applied, now at "day"')
  })
})
