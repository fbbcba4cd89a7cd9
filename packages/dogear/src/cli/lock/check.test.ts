// The gate before a deploy: what a change of a flow would do to the people in it, told so that a newcomer understands.
import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import type { MigrationRule } from '../../flow/evolve/migration.ts'
import { checkFlows, type Report } from './check.ts'
import { type Lock, lockText, toLock } from './file.ts'
import { type Changes, examples, grant } from './grant.fixture.ts'
import { samplesOf } from './samples.ts'
import { shapeOf } from './shape.ts'

function lockOf(changes: Changes = {}): Lock {
  const flow = grant(changes)
  // As it comes back from the file.
  return JSON.parse(lockText(toLock(flow, shapeOf(flow), samplesOf(flow, examples).samples)))
}

function check(changes: Changes, locks: Lock[] = [lockOf()]): Report {
  const flow = grant(changes)
  return checkFlows([{ flow, shape: shapeOf(flow) }], { locks, bad: [] })
}
const problems = (report: Report) => report.findings.map(({ problem }) => problem)

it('finds nothing in a flow that is as it was locked', () => {
  const { findings, notes, outlooks } = check({})
  expect({ findings, notes }).toEqual({ findings: [], notes: [] })
  expect(outlooks[0]?.samples.length).toBeGreaterThan(4)
})

it('walks on where only the server leads on, and calls nobody stuck who waits for it', () => {
  const meta = { step: { path: 'asks', title: 'A question' } }
  const machine = setup({ types: { events: {} as { type: 'asked' } | { type: 'answered' } } }).createMachine({
    id: 'm',
    initial: 'asks',
    states: { asks: { meta, on: { asked: 'waits' } }, waits: { on: { answered: 'end' } }, end: { type: 'final' } },
  })
  const none = z.object({})
  const own = { id: 'm', version: 1, machine, events: { asked: none }, serverEvents: { answered: none } } as const
  const flow = defineFlow(own) as unknown as Flow
  const { samples, unreached, refused } = samplesOf(flow)
  expect({ unreached, refused }).toEqual({ unreached: [], refused: [] })
  const lock: Lock = JSON.parse(lockText(toLock(flow, shapeOf(flow), samples)))
  const { findings, outlooks } = checkFlows([{ flow, shape: shapeOf(flow) }], { locks: [lock], bad: [] })
  expect(findings).toEqual([])
  expect(outlooks[0]?.samples.map(({ from }) => from)).toContain('waits')
})

it('misses nobody in a state that leads on at once, and everybody in one that may not', () => {
  const unreachedOf = (always: object) => {
    const machine = setup({
      types: { events: {} as { type: 'asked' } | { type: 'forbidden' } },
      guards: { never: () => false },
    }).createMachine({
      id: 'm',
      initial: 'asks',
      states: {
        asks: {
          meta: { step: { path: 'asks', title: 'A question' } },
          on: { asked: 'next', forbidden: { guard: 'never', target: 'rests' } },
        },
        next: { always: 'end' },
        rests: { always },
        end: { type: 'final' },
      },
    } as never)
    const none = z.object({})
    const events = { asked: none, forbidden: none }
    const flow = defineFlow({ id: 'm', version: 1, machine, events } as never)
    return samplesOf(flow as unknown as Flow).unreached
  }
  expect(unreachedOf([{ guard: 'never', target: 'end' }])).toEqual(['m.rests'])
  expect(unreachedOf([{ guard: 'never', target: 'end' }, { target: 'asks' }])).toEqual([])
})

describe('a change that people would feel, without a new version,', () => {
  it.each<[string, Changes, RegExp]>([
    [
      'a state that is gone',
      { withoutSize: true },
      /The state "size" \(the page "How much"\) is gone\. People who are in it could not go on\./,
    ],
    ['another machine id', { machineId: 'award' }, /The machine's id was "grant" and is "award"\. .*history remembers/],
    ['another name of a delay', { delay: 'quote' }, /The delay "offer" is gone\. It may be called "quote" now/],
    [
      'a schema that takes less',
      { purpose: z.string().min(40) },
      /"purpose\.given" takes less than before: purpose has a minLength of 40 now, and had 1/,
    ],
    [
      'an invoke that is new',
      { checks: true },
      /"review" runs "verify" now \(an invoke\)\. It would start at once for everyone who is in the state/,
    ],
    [
      'a step that is new',
      { extra: true },
      /The step "extra" \(the page "One more thing"\) is new\. People who are past it already would never see it/,
    ],
  ])('is refused: %s', (_, changes, message) => {
    const report = check(changes)
    expect(problems(report)).toContainEqual(expect.stringMatching(message))
    const found = report.findings.find(({ problem }) => message.test(problem))
    expect(found?.advice).toMatch(/^Make it version 2, with migrations\[1\]/)
  })
})

it('asks for a lock of the version that is to be deployed', () => {
  const migrations = { 1: ({ value, context }: { value: unknown; context: unknown }) => ({ value, context }) }
  expect(problems(check({ version: 2, migrations }))).toEqual(['Version 2 is not locked.'])
  expect(problems(check({}, []))).toEqual(['Version 1 is not locked.'])
})

it('asks for the locks of versions people may still be in', () => {
  const migrations = { 1: ({ value }: { value: unknown }) => ({ value }) }
  expect(problems(check({ version: 2, migrations }, [lockOf({ version: 2, migrations })]))).toEqual([
    'There is no lock of version 1, so nothing is known of the people who may still be in it.',
  ])
})

it('warns of a lock that is newer than the flow', () => {
  const migrations = { 1: ({ value }: { value: unknown }) => ({ value }) }
  expect(problems(check({}, [lockOf(), lockOf({ version: 2, migrations })]))).toEqual([
    'There is a lock of version 2, and the flow is of version 1.',
  ])
})

describe('with a new version', () => {
  const second = (migrations: Changes['migrations'] = {}): Changes => ({ version: 2, withoutSize: true, migrations })
  const checked = (migrations: Changes['migrations']) =>
    check(second(migrations), [lockOf(), lockOf(second(migrations))])

  it('lets people of the state that is gone go on where the migration says', () => {
    const report = checked({ 1: ({ value, context }) => ({ value: value === 'size' ? 'review' : value, context }) })
    expect(report.findings).toEqual([])
    const moved = report.outlooks.find(({ version }) => version === 1)?.samples.filter((one) => one.moved)
    expect(new Set(moved?.map(({ from, step }) => `${from} ${step}`))).toEqual(new Set(['size review']))
  })

  it('names the people a migration that throws would strand', () => {
    const report = checked({
      1: ({ value, context }) => {
        if (value === 'size') throw new Error('size went away')
        return { value, context }
      },
    })
    expect(problems(report)).toEqual([
      expect.stringMatching(/^People of version 1 in "size" could not go on: .*size went away/),
    ])
    expect(report.findings[0]?.advice).toContain('migrations[1]')
  })

  it('names the people whose context a migration would spoil', () => {
    const report = checked({
      1: ({ value, context }) => ({ value: value === 'size' ? 'review' : value, context: { ...context, file: 7 } }),
    })
    expect(problems(report)).toEqual([expect.stringMatching(/^People of version 1 in .* could not go on/)])
  })

  describe('and another name of what is under way', () => {
    const move = ({ value }: { value: unknown }) => ({ value })
    const renaming = (filing: Changes['filing'], renames?: MigrationRule['renames']) => {
      const migrations = { 1: renames ? { renames, migrate: move } : move }
      const next: Changes = { version: 2, migrations, ...(filing && { filing }) }
      return problems(check(next, [lockOf(), lockOf(next)]))
    }

    it.each([
      ['the invoke', { id: 'store', src: 'file' }],
      ['the actor', { id: 'file', src: 'store' }],
      ['both', { id: 'store', src: 'store' }],
    ])('is refused if it is that of %s, unless the migration says so', (_, filing) => {
      const problem =
        /^Of people of version 1, "file" would be dropped while under way, and "[^"]*store[^"]*" would start/
      expect(renaming(filing)).toEqual([expect.stringMatching(problem)])
      expect(renaming(filing, { file: 'store' })).toEqual([])
    })

    it('is taken for what is given up on purpose', () => {
      expect(renaming({ id: 'store', src: 'store' })).toHaveLength(1)
      expect(renaming({ id: 'store', src: 'store' }, { file: null })).toEqual([])
    })
  })

  it('counts those who have to see a step that was put in before where they are', () => {
    const migrations = { 1: ({ value }: { value: unknown }) => ({ value }) }
    const next = { version: 2, extra: true, migrations }
    const report = check(next, [lockOf(), lockOf(next)])
    expect(report.findings).toEqual([])
    const samples = report.outlooks.find(({ version }) => version === 1)?.samples ?? []
    const asked = samples.filter(({ step }) => step === 'extra').map(({ from }) => from)
    expect(new Set(asked)).toEqual(new Set(['size', 'review']))
  })

  it('tells whom a migration lets stay past a page they have not seen', () => {
    const rule = { migrate: ({ value }: { value: unknown }) => ({ value }), resume: 'stay' as const }
    const next = { version: 2, extra: true, migrations: { 1: rule } }
    const report = check(next, [lockOf(), lockOf(next)])
    expect(report.findings).toEqual([])
    expect(report.notes).toContain(
      'grant: People of version 1 in "review" never see "extra", because a migration lets them stay.',
    )
  })
})
