// The promises of the workflow that publishes: a person begins it, and what it publishes can be traced to its commit.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from './bootstrap.mjs'

type Step = { uses?: string; run?: string }
type Job = { needs?: string; environment?: string; permissions?: Record<string, string>; steps: Step[] }
type Workflow = { on: Record<string, unknown>; permissions: Record<string, string>; jobs: Record<string, Job> }

const workflow: Workflow = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8'))
const { judge, publish } = workflow.jobs
const runsOf = (job: Job | undefined) => job?.steps.flatMap(({ run }) => run ?? []) ?? []

test('publishes only when a person starts the workflow, and one approves it', () => {
  expect(Object.keys(workflow.on)).toEqual(['workflow_dispatch'])
  expect(publish?.environment).toBe('npm')
})

test('publishes what was tested and judged, with provenance', () => {
  expect(publish?.needs).toBe('judge')
  expect(runsOf(judge)).toContain('npm test')
  expect(
    runsOf(publish)
      .join('\n')
      .match(/npm publish .*/g),
  ).toEqual([expect.stringContaining('--provenance')])
})

test('lets no code of the repository or of its packages run where a release can be signed', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' })
  expect(judge?.permissions).toBeUndefined()
  expect(publish?.permissions).toEqual({ 'id-token': 'write' })
  expect(publish?.steps.flatMap(({ uses }) => uses?.split('@')[0] ?? [])).not.toContain('actions/checkout')
})

test('names every action by its commit, which nobody can move', () => {
  const uses = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []))
  expect(uses.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([])
})

test('runs only scripts that are there', () => {
  const scripts = runsOf(judge).flatMap((run) => /^node (\S+)/.exec(run)?.[1] ?? [])
  expect(scripts).not.toEqual([])
  expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([])
})
