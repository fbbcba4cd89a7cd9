// Bugs that are planted in a flow or its engine: each is found, and told as a short story that runs as it is printed.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { toLock, writeLock } from '../../cli/lock/file.ts'
import { samplesOf } from '../../cli/lock/samples.ts'
import { shapeOf } from '../../cli/lock/shape.ts'
import type { StoryOptions } from './options.ts'
import { bugs, examples, locks, signup } from './planted.fixture.ts'
import { storiesOn, storyOf } from './story-of.ts'
import { createStage, type Stage } from './world.ts'

const root = join(import.meta.dirname, '../../../../..')
const caches = join(root, 'packages/dogear/node_modules/.cache')
mkdirSync(caches, { recursive: true })
const scripts = mkdtempSync(join(caches, 'stories-'))
afterAll(() => {
  for (const folder of [locks, scripts]) rmSync(folder, { recursive: true })
})
const answered = { ...examples, effects: { open: ['an account'] } }
beforeAll(async () => {
  const flow = signup()
  await writeLock(locks, toLock(flow, shapeOf(flow), samplesOf(flow, answered).samples))
})

/** A failure without the numbers of bugs that count. */
const steady = (told: string) => told.replace(/\d{2,}(\.\d+)?/g, '…')

const failureOf = (told: Promise<unknown>): Promise<string> =>
  told.then(
    () => 'nothing is wrong',
    (error: Error) => error.message,
  )

/** The parts of a failure: its reason and script, and how it is told again. */
function partsOf(message: string) {
  const [, seed, path] = /seed: (\d+), path: '([\d:]+)'/.exec(message) ?? []
  const [first = '', script = ''] = message.split('\n\n')
  const reason = first.replace(/^A story of flow "signup" went wrong: /, '')
  return { reason, script, again: { seed: Number(seed), path: path ?? '' } }
}
const told = (message: string) => steady(message.replace(/\n\nAgain.*$/, ''))

it('tells nothing of the flow as it should be', async () => {
  const options = { seed: 7, examples, stories: 15 }
  expect(await failureOf(storyOf(signup(), options))).toBe('nothing is wrong')
  expect(await failureOf(storyOf(signup({ version: 2 }), { ...options, locks }))).toBe('nothing is wrong')
})

it('gets to every step', async () => {
  expect((await storyOf(signup(), { seed: 7, examples: answered, stories: 20 })).unreached).toEqual([])
})

/** Writes the printed story into a file, as its reader would paste it. */
function paste(script: string, nth: number): string {
  const file = join(scripts, `story-${nth}.ts`)
  const source = join(root, 'packages/dogear/src/testing')
  const lines = [
    `import { retell } from '${source}/index.ts'`,
    `import { bugs, examples, signup as planted } from '${source}/stories/planted.fixture.ts'`,
    '',
    `const bug = bugs[${nth}]`,
    'const signup = planted(bug?.plant)',
    'export const options = { examples, ...bug?.options }',
    'export async function story() {',
    ...script.split('\n').map((line) => `  ${line}`),
    '}',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

it.each(bugs.map((bug, nth) => ({ ...bug, nth })))('finds $bug', async ({ plant, options, nth }) => {
  const given: StoryOptions = { seed: 7, examples, ...options }
  const message = await failureOf(storyOf(signup(plant), given))
  expect(told(message)).toMatchSnapshot()
  const { reason, script, again } = partsOf(message)

  const same = await failureOf(storyOf(signup(plant), { ...given, ...again }))
  expect(told(same)).toBe(told(message))

  const { story } = await import(paste(script, nth))
  expect(steady(await failureOf(story()))).toBe(steady(reason))
})

it('prints stories that compile', async () => {
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { noEmit: true, lib: ['ES2023', 'ES2024.String', 'DOM'], types: ['node'] },
    include: ['*.ts'],
  }
  writeFileSync(join(scripts, 'tsconfig.json'), JSON.stringify(config))
  const tsc = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', scripts])
  expect((await tsc.catch((error: { stdout: string }) => error)).stdout).toBe('')
})

/** A part of an engine that is not as it should be. A flow is told of no click, tab or device, so none breaks these. */
const broken: { bug: string; plant: (engine: Stage['engine']) => Partial<Stage['engine']> }[] = [
  {
    bug: 'a second click that counts as another event',
    plant: (engine) => {
      const taken = new Set<string>()
      return {
        send(flow, caller, request) {
          const opId = taken.has(request.opId) ? `${request.opId} again` : request.opId
          taken.add(request.opId)
          return engine.send(flow, caller, { ...request, opId })
        },
      }
    },
  },
  {
    bug: 'a stale tab that counts as the newest one',
    plant: (engine) => ({
      send: (flow, caller, { step: _, position: __, ...request }) => engine.send(flow, caller, request),
    }),
  },
  {
    bug: 'a device that goes on showing what it saw first',
    plant: (engine) => {
      const seen = new Map<unknown, ReturnType<typeof engine.read>>()
      return {
        read(flow, caller) {
          if (!caller || !('label' in caller) || !caller.label?.includes("'")) return engine.read(flow, caller)
          const view = seen.get(caller.credential) ?? engine.read(flow, caller)
          seen.set(caller.credential, view)
          return view
        },
      }
    },
  },
]

it.each(broken)('finds $bug', async ({ plant }) => {
  const toStage: typeof createStage = (flow, provide) => {
    const stage = createStage(flow, provide)
    const own = plant(stage.engine)
    const engine = new Proxy(stage.engine, {
      get: (engine, name) => Reflect.get(Object.hasOwn(own, name) ? own : engine, name),
    })
    return { ...stage, engine }
  }
  expect(
    told(await failureOf(storiesOn(toStage, signup({ corrects: true }), { seed: 7, examples, stories: 400 }))),
  ).toMatchSnapshot()
})
