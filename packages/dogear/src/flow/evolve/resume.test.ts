// Resuming after a deploy: no page is skipped, no answer is asked for twice, and nobody is moved who must not be.

import { describe, expect, test } from 'vitest'
import { createMachine, raise } from 'xstate'
import { z } from 'zod'
import { isDogearError } from '../../errors.ts'
import { defineFlow, type Flow } from '../define.ts'
import { fromEffect } from '../machine.ts'
import type { Wish } from './migrate.ts'
import { type Resumable, type Resumed, resume } from './resume.ts'

type Config = Parameters<typeof createMachine>[0]
type States = NonNullable<Config['states']>

/** A page that can be come back to if its guard agrees; `on` leads on. */
const page = (id: string, on: object, more: object = {}) => ({
  id,
  meta: { step: { path: id, title: id } },
  on,
  ...more,
})
const given = (name: string) => ({
  route: { guard: ({ context }: { context: Record<string, unknown> }) => context[name] === true },
})
const open = { route: {} }
const final = (id: string) => ({ id, type: 'final' as const, meta: { step: { path: id, title: id } } })

const work = fromEffect(async () => 1)
function flowOf(config: object, events = ['NEXT', 'BACK']): Flow {
  const machine = createMachine({ id: 'm', ...config } as Config, { actors: { work } } as never)
  const schemas = Object.fromEntries(events.map((type) => [type, z.object({})]))
  return defineFlow({ id: 'f', version: 1, machine, events: schemas as never }) as unknown as Flow
}
const line = (states: object): Flow => flowOf({ initial: Object.keys(states)[0], states })

const byDefault: Wish = { to: undefined, stay: false, given: false }
/** Where someone goes on who was at `value`, having been at `visited`. */
function from(
  flow: Flow,
  value: unknown,
  visited: string[],
  rest: Partial<Resumable> & { wish?: Partial<Wish>; context?: object } = {},
): Resumed & { value: unknown } {
  const { wish, context = {}, ...place } = rest
  const before = { snapshot: { status: 'active' as const, value, context }, visited, busy: false, ...place }
  const kept = structuredClone(before)
  const resumed = resume(flow, before, { ...byDefault, ...wish })
  expect(before).toEqual(kept)
  return { ...resumed, value: resumed.snapshot.value }
}
const refusal = (run: () => unknown) => {
  try {
    return run()
  } catch (error) {
    return isDogearError(error) ? [error.code, error.message] : error
  }
}

/** a -> b -> c -> end, each with a guard that says that the answer before it is there. */
const steps = line({
  a: page('a', { NEXT: 'b' }, open),
  b: page('b', { NEXT: 'c' }, given('a')),
  c: page('c', { NEXT: 'end', FAILED: 'failed' }, given('b')),
  failed: page('failed', { BACK: 'c' }),
  end: final('end'),
})

describe('who has seen every page on a way to where they are', () => {
  test.each([
    ['at the start', 'a', ['a']],
    ['in the middle', 'b', ['a', 'b']],
    ['gone back', 'a', ['a', 'b', 'c']],
    ['where an accident led', 'failed', ['a', 'b', 'c', 'failed']],
  ])('stays: %s', (_, value, visited) => {
    expect(from(steps, value, visited)).toEqual({ snapshot: expect.anything(), value, visited, owing: false })
  })

  test('stays where no way of the graph leads: nothing is known of how they came there', () => {
    const flow = line({ a: page('a', { NEXT: 'end' }, open), island: page('island', {}), end: final('end') })
    expect(from(flow, 'island', ['island']).value).toBe('island')
  })
})

describe('a page put on the way', () => {
  test('is where they go, with everything they have answered', () => {
    const context = { a: true, b: true }
    expect(from(steps, 'c', ['a', 'c'], { context })).toMatchObject({ value: 'b', visited: ['a', 'b'], owing: false })
    expect(from(steps, 'c', ['a', 'c'], { context }).snapshot.context).toBe(context)
  })

  test('also if it is the very first one', () => {
    expect(from(steps, 'b', ['b'], { context: { a: true } })).toMatchObject({ value: 'a', visited: ['a'] })
  })

  test('is met first where there are several', () => {
    expect(from(steps, 'failed', ['failed'], { context: {} })).toMatchObject({ value: 'a' })
  })

  test('takes what comes after it from the pages visited, so that no tab left open leads past it', () => {
    const flow = line({
      a: page('a', { NEXT: 'b' }, open),
      b: page('b', { NEXT: 'c', SKIP: 'd' }, open),
      c: page('c', { NEXT: 'd' }, open),
      d: page('d', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(flow, 'd', ['a', 'c', 'd', 'gone']).visited).toEqual(['a', 'gone', 'b'])
  })

  test('is not asked for where another way went by pages they have seen', () => {
    const fork = line({
      a: page('a', { NEXT: 'new', OTHER: 'b' }, open),
      b: page('b', { NEXT: 'd' }, open),
      new: page('new', { NEXT: 'd' }, open),
      d: page('d', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(fork, 'd', ['a', 'b', 'd']).value).toBe('d')
    expect(from(fork, 'd', ['a', 'd']).value).toBe('new')
  })

  test('is the one a person answers their way through, not what happens when time runs out', () => {
    const flow = flowOf({
      initial: 'a',
      states: {
        a: page('a', { 'hold.expired': 'expired', NEXT: 'new' }, open),
        expired: page('expired', { NEXT: 'c' }, open),
        new: page('new', { NEXT: 'more' }, open),
        more: page('more', { NEXT: 'c' }, open),
        c: page('c', { NEXT: 'end' }, open),
        end: final('end'),
      },
    })
    expect(from(flow, 'c', ['a', 'c']).value).toBe('new')
    expect(from(flow, 'c', ['a', 'expired', 'c']).value).toBe('c')
  })

  test('is not asked for if the machine passes it with these answers', () => {
    const flow = line({
      a: page('a', { NEXT: 'new' }, open),
      new: page(
        'new',
        { NEXT: 'c' },
        { always: { guard: ({ context }: { context: { known?: boolean } }) => context.known, target: 'c' } },
      ),
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(flow, 'c', ['a', 'c'], { context: { known: true } }).value).toBe('c')
    expect(from(flow, 'c', ['a', 'c'], { context: {} }).value).toBe('new')
  })

  test('is not asked for if it is none to be at: nobody can answer it, or entering it leads on', () => {
    const through = (on: object, entry: unknown) =>
      line({
        a: page('a', { NEXT: 'new' }, open),
        new: page('new', on, { entry }),
        c: page('c', { NEXT: 'end' }, open),
        end: final('end'),
      })
    expect(from(through({ internal: 'c' }, []), 'c', ['a', 'c']).value).toBe('c')
    expect(from(through({ NEXT: 'c' }, raise({ type: 'NEXT' })), 'c', ['a', 'c']).value).toBe('c')
    expect(from(through({ NEXT: 'c' }, []), 'c', ['a', 'c']).value).toBe('new')
  })

  test('that is closed to them sends them to the last page before it', () => {
    const closed = line({
      a: page('a', { NEXT: 'b' }, open),
      b: page('b', { NEXT: 'c' }, given('never')),
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(closed, 'c', ['a', 'c'])).toMatchObject({ value: 'a', visited: ['a'], owing: false })
  })

  test('that is closed to them while they are where no page leads back from is owed until it opens', () => {
    expect(from(steps, 'failed', ['a', 'c', 'failed'])).toMatchObject({
      value: 'failed',
      visited: ['a', 'failed'],
      owing: true,
    })
    expect(from(steps, 'failed', ['a', 'c', 'failed'], { context: { a: true } })).toMatchObject({
      value: 'b',
      owing: false,
    })
  })

  test('that starts an effect is reached through the page before it', () => {
    const flow = line({
      a: page('a', { NEXT: 'checking' }, open),
      checking: page('checking', {}, { ...open, invoke: { id: 'w', src: 'work', onDone: 'c', onError: 'a' } }),
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(flow, 'c', ['a', 'c'])).toMatchObject({ value: 'a', visited: ['a'] })
  })

  test('with a guard that cannot cope counts as closed, and fails nobody', () => {
    const flow = line({
      a: page('a', { NEXT: 'b' }, open),
      b: page('b', { NEXT: 'c' }, { route: { guard: ({ context }: never) => (context as { x: { y: 1 } }).x.y } }),
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(flow, 'c', ['a', 'c']).value).toBe('a')
  })
})

test('a page that is done as soon as it is entered is not asked for', () => {
  const flow = (inner: object) =>
    line({
      a: { ...page('a', { NEXT: 'c' }), ...inner, onDone: 'c' },
      c: page('c', { NEXT: 'end' }),
      end: final('end'),
    })
  const ended = { initial: 'x', states: { x: { type: 'final' } } }
  expect(from(flow(ended), 'c', ['c']).value).toBe('c')
  expect(from(flow({ type: 'parallel', states: { left: ended, right: ended } }), 'c', ['c']).value).toBe('c')
  const waiting = { initial: 'x', states: { x: {} } }
  expect(from(flow(waiting), 'c', ['c']).value).toEqual({ a: 'x' })
  expect(from(flow({ type: 'parallel', states: { left: ended, right: waiting } }), 'c', ['c']).value).not.toBe('c')
})

describe('a page nobody can be put at', () => {
  const passing = (always: object) =>
    line({
      a: page('a', { NEXT: 'new' }, open),
      new: page('new', { NEXT: 'c' }, { always }),
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })

  test('because its guard cannot cope is reached through the page before it', () => {
    const guard = ({ context }: { context: { x?: { y: boolean } } }) => (context.x as { y: boolean }).y
    expect(from(passing({ guard, target: 'c' }), 'c', ['a', 'c']).value).toBe('a')
  })

  test('because the machine would never rest is not asked for', () => {
    const circle = line({
      a: page('a', { NEXT: 'new' }, open),
      new: page('new', { NEXT: 'c' }, { always: 'round' }),
      round: { always: 'new' },
      c: page('c', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(circle, 'c', ['a', 'c']).value).toBe('c')
  })
})

describe('nobody is moved', () => {
  test('who is done, or whose session failed', () => {
    for (const status of ['done', 'error'] as const)
      expect(from(steps, 'end', ['c', 'end'], { snapshot: { status, value: 'end', context: {} } }).value).toBe('end')
  })

  test('while an effect is under way; what they owe is looked at afterwards', () => {
    const context = { a: true }
    expect(from(steps, 'c', ['a', 'c'], { busy: true, context })).toMatchObject({
      value: 'c',
      visited: ['a', 'c'],
      owing: true,
    })
    expect(from(steps, 'c', ['a', 'b', 'c'], { busy: true })).toMatchObject({ value: 'c', owing: false })
  })

  test('whom the migrations let stay', () => {
    expect(from(steps, 'c', ['c'], { wish: { stay: true } })).toMatchObject({
      value: 'c',
      visited: ['c'],
      owing: false,
    })
  })
})

describe('a step a migration names', () => {
  test('is where people go, and what comes after it has to be reached again', () => {
    expect(from(steps, 'c', ['a', 'b', 'c'], { wish: { to: 'b', stay: true } })).toMatchObject({
      value: 'b',
      visited: ['a', 'b'],
    })
    expect(from(steps, 'b', ['a', 'b', 'c'], { wish: { to: 'b', stay: true } })).toMatchObject({
      value: 'b',
      visited: ['a', 'b', 'c'],
    })
  })

  test('by an older migration is not the last word if a newer one put a page before it', () => {
    expect(from(steps, 'gone', ['a', 'gone'], { wish: { to: 'c' }, context: { a: true } })).toMatchObject({
      value: 'b',
    })
  })

  test('that is none is a mistake nobody pays for with their session', () => {
    expect(refusal(() => from(steps, 'c', ['a'], { wish: { to: 'nowhere', stay: true } }))).toEqual([
      'record_unreadable',
      'a migration sends people to the step "nowhere", which flow "f" does not have',
    ])
  })
})

describe('a state that is not there any more', () => {
  test('leads to the first page without an answer', () => {
    expect(from(steps, 'gone', ['a', 'b', 'gone'], { context: { a: true } }).value).toBe('b')
    expect(from(steps, 'gone', ['a', 'b', 'gone'], { context: { a: true, b: true } })).toMatchObject({
      value: 'c',
      visited: ['a', 'b', 'gone', 'c'],
    })
    expect(from(steps, 'gone', ['gone']).value).toBe('a')
    expect(from(steps, 'gone', []).value).toBe('a')
  })

  test('leads past no page that was not seen, whatever the guards say', () => {
    expect(from(steps, 'gone', ['a', 'c', 'gone'], { context: { a: true, b: true } })).toMatchObject({
      value: 'b',
      visited: ['a', 'gone', 'b'],
    })
  })

  test('leads to the last page seen where no guard says that it was answered', () => {
    const flow = line({
      a: page('a', { NEXT: 'b' }),
      b: page('b', { NEXT: 'c' }),
      c: page('c', { NEXT: 'end' }),
      end: final('end'),
    })
    expect(from(flow, 'gone', ['a', 'b', 'gone']).value).toBe('b')
  })

  test('never leads to a failure or into an effect', () => {
    const flow = line({
      a: page('a', { NEXT: 'b' }, open),
      b: page('b', { NEXT: 'paying' }, open),
      paying: page('paying', {}, { invoke: { id: 'w', src: 'work', onDone: 'end', onError: 'failed' } }),
      failed: page('failed', { BACK: 'b' }),
      end: final('end'),
    })
    expect(from(flow, 'gone', ['a', 'b', 'paying', 'failed', 'gone']).value).toBe('b')
  })

  test('leads where the migration says', () => {
    expect(from(steps, 'gone', ['a', 'gone'], { wish: { to: 'c', stay: true } })).toMatchObject({
      value: 'c',
      visited: ['a', 'gone', 'c'],
    })
    expect(from(steps, 'gone', ['a'], { wish: { to: 'a', stay: true }, busy: true }).value).toBe('a')
  })

  test.each<[string, Partial<Resumable> & { wish?: Partial<Wish> }]>([
    ['the migration itself gave', { wish: { given: true } }],
    ['somebody finished in', { snapshot: { status: 'done', value: 'gone', context: {} } }],
    ['an effect is under way in', { busy: true }],
  ])('is refused by name if it is one %s', (_, rest) => {
    expect(refusal(() => from(steps, 'gone', ['a'], rest))).toEqual([
      'record_unreadable',
      'the session is in the state "gone", which flow "f" does not have',
    ])
  })

  test.each<[unknown, string]>([
    [{ a: 'inner' }, 'a.inner'],
    [{ a: {}, b: {} }, 'a|b'],
    ['toString', 'toString'],
    [7, '7'],
    [null, 'null'],
  ])('is told apart from one that is: %j', (value, path) => {
    expect(refusal(() => from(steps, value, [], { wish: { given: true } }))).toEqual([
      'record_unreadable',
      `the session is in the state "${path}", which flow "f" does not have`,
    ])
  })
})

describe('in compound states', () => {
  const nested = line({
    intro: page('intro', { NEXT: 'form' }, open),
    form: {
      initial: 'one',
      states: {
        one: page('one', { NEXT: 'two' }, open),
        two: page('two', { NEXT: 'three' }, open),
        three: page('three', { NEXT: 'done' }, open),
        done: { type: 'final' },
      },
      onDone: 'review',
    },
    review: page('review', { NEXT: 'end' }, open),
    end: final('end'),
  })

  test('pages inside are pages like others', () => {
    expect(from(nested, { form: 'three' }, ['intro', 'one', 'three'])).toMatchObject({ value: { form: 'two' } })
    expect(from(nested, 'review', ['intro', 'one', 'three', 'review'])).toMatchObject({
      value: { form: 'two' },
      visited: ['intro', 'one', 'two'],
    })
    expect(from(nested, { form: 'two' }, ['one', 'two'])).toMatchObject({ value: 'intro' })
    expect(from(nested, { form: 'gone' }, ['intro', 'one', 'gone'])).toMatchObject({ value: { form: 'one' } })
    expect(from(nested, 'review', ['intro', 'one', 'two', 'three', 'review']).value).toBe('review')
  })

  test('a page around them is seen by who has been inside', () => {
    const flow = line({
      form: {
        ...page('form', {}, open),
        initial: 'x',
        states: { x: { on: { NEXT: 'y' } }, y: { on: { NEXT: '#review' } } },
      },
      review: page('review', { NEXT: 'end' }, open),
      end: final('end'),
    })
    expect(from(flow, 'review', ['form', 'review']).value).toBe('review')
    expect(from(flow, 'review', ['review'])).toMatchObject({ value: { form: 'x' }, visited: ['form'] })
  })
})

describe('in parallel states', () => {
  const beside = (left: States): Flow =>
    line({
      intro: page('intro', { NEXT: 'both' }, open),
      both: {
        type: 'parallel',
        states: {
          left: { initial: Object.keys(left)[0], states: { ...left, out: { type: 'final' } } },
          lamp: {
            initial: 'off',
            states: { off: { on: { LAMP: 'on' } }, on: { on: { LAMP: 'off' } }, out: { type: 'final' } },
          },
        },
        onDone: 'end',
      },
      end: final('end'),
    })
  const two = beside({
    x: page('x', { NEXT: 'y' }, open),
    y: page('y', { NEXT: 'z' }, open),
    z: page('z', { NEXT: 'out' }, open),
  })

  test('a page put into one region is gone to, and the others stay as they are', () => {
    const value = { both: { left: 'z', lamp: 'on' } }
    expect(from(two, value, ['intro', 'x', 'z'])).toMatchObject({
      value: { both: { left: 'y', lamp: 'on' } },
      visited: ['intro', 'x', 'y'],
    })
    expect(from(two, value, ['intro', 'x', 'y', 'z']).value).toEqual(value)
  })

  test('a page put before the parallel state is gone to out of it', () => {
    expect(from(two, { both: { left: 'x', lamp: 'on' } }, ['x'])).toMatchObject({ value: 'intro' })
  })

  test('a state gone from one region is looked for in that region only', () => {
    const value = { both: { left: 'gone', lamp: 'on' } }
    expect(from(two, value, ['intro', 'x', 'y', 'gone'])).toMatchObject({ value: { both: { left: 'y', lamp: 'on' } } })
  })

  test('states gone from two regions are looked for in both, and pages that have to be seen again stay so', () => {
    const value = { both: { left: 'gone', lamp: 'gone' } }
    expect(from(two, value, ['intro', 'x', 'z'])).toMatchObject({
      value: { both: { left: 'x', lamp: 'off' } },
      visited: ['intro', 'x'],
    })
  })

  test('a region that is gone takes the others nothing, and one that is new starts', () => {
    const value = { both: { left: 'y', gone: 'x' } }
    expect(from(two, value, ['intro', 'x', 'y']).value).toEqual({ both: { left: 'y' } })
  })

  test('of regions that hide one another nothing is demanded: who was not shown a page cannot have seen it', () => {
    const hiding = flowOf({
      type: 'parallel',
      states: {
        left: { initial: 'x', states: { x: page('x', { NEXT: 'y' }), y: page('y', {}) } },
        right: { initial: 'u', states: { u: page('u', { NEXT: 'v' }), v: { on: {} } } },
      },
    })
    expect(from(hiding, { left: 'y', right: 'v' }, ['u', 'y']).value).toEqual({ left: 'y', right: 'v' })
  })

  test('events that lead straight into a region are ways in', () => {
    const entered = line({
      intro: page('intro', { NEXT: 'both', SKIP: '#y' }, open),
      both: {
        type: 'parallel',
        states: {
          left: { initial: 'x', states: { x: page('x', { NEXT: 'y' }, open), y: page('y', {}, open) } },
          lamp: {},
        },
      },
      end: final('end'),
    })
    expect(from(entered, { both: { left: 'y', lamp: {} } }, ['intro', 'y']).value).toEqual({
      both: { left: 'y', lamp: {} },
    })
  })
})

describe('with history', () => {
  const remembering = (history: object): Flow =>
    line({
      form: {
        initial: 'one',
        states: {
          one: page('one', { NEXT: 'two' }, open),
          two: page('two', { NEXT: 'three' }, open),
          three: page('three', { NEXT: '#end' }, open),
          back: history,
        },
        on: { PAUSE: 'paused' },
      },
      paused: page('paused', { NEXT: 'form.back' }),
      end: final('end'),
    })

  test('a page is not reached because history would lead there: it only remembers where they were', () => {
    const flow = remembering({ type: 'history' })
    expect(from(flow, { form: 'three' }, ['one', 'paused', 'three'])).toMatchObject({ value: { form: 'two' } })
    expect(from(flow, 'paused', ['one', 'paused']).value).toBe('paused')
  })

  test('a default of history is a way like others', () => {
    for (const target of ['three', '#three'])
      expect(
        from(remembering({ type: 'history', target }), { form: 'three' }, ['one', 'paused', 'three']).value,
      ).toEqual({ form: 'three' })
  })

  test('what it remembers stays', () => {
    const snapshot = {
      status: 'active' as const,
      value: 'paused',
      context: {},
      historyValue: { 'm.form.back': [{ id: 'three' }] },
    }
    expect(from(remembering({ type: 'history' }), 'paused', ['one', 'paused'], { snapshot }).snapshot).toEqual(snapshot)
  })
})
