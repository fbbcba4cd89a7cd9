// Bugs that are planted in a flow: each is found, and told as the shortest story that shows it.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { toLock, writeLock } from '../../cli/lock/file.ts'
import { samplesOf } from '../../cli/lock/samples.ts'
import { shapeOf } from '../../cli/lock/shape.ts'
import type { StoryOptions } from './options.ts'
import { type Plant, signup } from './planted.fixture.ts'
import { storyOf } from './story-of.ts'

const locks = mkdtempSync(join(tmpdir(), 'dogear-stories-'))
afterAll(() => rmSync(locks, { recursive: true }))
const examples = { events: { 'name.given': [{ name: 'Ada' }], 'plan.chosen': [{ plan: 'free' }, { plan: 'pro' }] } }
const answered = { ...examples, effects: { open: ['an account'] } }
beforeAll(async () => {
  const flow = signup()
  await writeLock(locks, toLock(flow, shapeOf(flow), samplesOf(flow, answered).samples))
})

/** The story that is told of a flow with a bug. */
async function wrongWith(plant: Plant, options: StoryOptions = {}): Promise<string> {
  const told = storyOf(signup(plant), { seed: 7, examples, ...options })
  const message = await told.then(
    () => 'nothing is wrong',
    (error: Error) => error.message,
  )
  return message
    .replaceAll(locks, './dogear.lock')
    .replace(/\n\nAgain.*$/, '')
    .replace(/\d{2,}(\.\d+)?/g, '…')
}

it('tells nothing of the flow as it should be', async () => {
  expect(await wrongWith({}, { stories: 15 })).toBe('nothing is wrong')
  expect(await wrongWith({ version: 2 }, { stories: 15, locks })).toBe('nothing is wrong')
})

it('gets to every step', async () => {
  expect((await storyOf(signup(), { seed: 7, examples: answered, stories: 20 })).unreached).toEqual([])
})

let calls = 0
const accounts = new Map<string, string>()
let moment = 0

const bugs: { bug: string; plant: Plant; options?: StoryOptions }[] = [
  {
    bug: 'an action that throws',
    plant: {
      greet: () => {
        throw new Error('no mail server')
      },
    },
  },
  {
    bug: 'an assign that throws',
    plant: {
      name: () => {
        throw new Error('not a name')
      },
    },
  },
  { bug: 'an assign that counts in its module', plant: { seats: () => ++calls } },
  { bug: 'an assign that reads a clock', plant: { seats: () => ++moment + performance.now() } },
  { bug: 'a context that cannot be stored', plant: { account: () => () => 'a function' } },
  { bug: 'a context that its schema refuses', plant: { seats: () => 'one' } },
  { bug: 'a guard that strands', plant: { isPaid: () => false, mayEnd: () => false } },
  { bug: 'a timer that leads nowhere', plant: { isServed: () => false } },
  { bug: 'an effect that is not idempotent', plant: { open: async () => `account ${++calls}` } },
  {
    bug: 'an effect that two processes may not begin at once',
    plant: {
      async open({ effectId }) {
        const known = accounts.get(effectId)
        await new Promise((resolve) => setImmediate(resolve))
        const account = known ?? `account ${++calls}`
        accounts.set(effectId, account)
        return account
      },
    },
  },
  {
    bug: 'a lift that throws',
    plant: {
      version: 2,
      lift: ({ name }) => {
        throw new TypeError(`no words in ${name}`)
      },
    },
    options: { locks },
  },
  {
    bug: 'a lift that counts in its module',
    plant: { version: 2, lift: ({ name }) => ({ name: `${String(name).slice(0, 9)} ${++calls}` }) },
    options: { locks },
  },
  {
    bug: 'a migration that loses a field',
    plant: { version: 2, migrate: ({ value, context }) => ({ value, context: { ...context, name: null } }) },
    options: { locks },
  },
  {
    bug: 'a migration that leaves a context of the older shape',
    plant: { version: 2, migrate: ({ value, context: { seats: _, ...context } }) => ({ value, context }) },
    options: { locks },
  },
  {
    bug: 'a rule of the author that is broken',
    plant: {},
    options: {
      always: ({ view }) => {
        if (view.step === 'plan') throw new Error('nobody shall choose a plan')
      },
    },
  },
]

it.each(bugs)('finds $bug', async ({ plant, options }) => {
  expect(await wrongWith(plant, options)).toMatchSnapshot()
})
