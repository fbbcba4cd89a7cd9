// The gate before a deploy, as the shop's own CI runs it: `dogear check` against the lock files that are committed.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { demoFolder, layEarlier } from '../../../scripts/demo-earlier.mjs'

const dogear = join(demoFolder, '../../packages/dogear/bin.mjs')

/** Runs the command line in the folder of an app. It never asks the store. */
async function run(cwd: string, ...args: string[]) {
  const { REDIS_URL: _, PRICE_HOLD_MS: __, ...env } = process.env
  const options = { cwd, env: { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } }
  return promisify(execFile)(process.execPath, [dogear, ...args, '--json'], options).then(
    ({ stdout }) => ({ code: 0, ...JSON.parse(stdout) }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code,
      ...JSON.parse(error.stdout || JSON.stringify({ stderr: error.stderr })),
    }),
  )
}

it.concurrent('everyone who may be in a flow could go on after a deploy', { timeout: 120_000 }, async () => {
  const { code, findings, notes, outlooks } = await run(demoFolder, 'check')
  expect({ code, findings, notes }).toEqual({ code: 0, findings: [], notes: [] })
  type Outlook = { flow: string; version: number; samples: { from: string; step: string | null }[] }
  expect(outlooks.map(({ flow, version }: Outlook) => `${flow} ${version}`).sort()).toEqual([
    'application 1',
    'assistant 1',
    'assistant 2',
    'checkout 1',
    'checkout 2',
  ])
  const waysOf = (id: string) => {
    const of = (outlooks as Outlook[]).filter(({ flow, version }) => flow === id && version === 1)
    const ways = of.flatMap(({ samples }) => samples.map(({ from, step }) => `${from} → ${step}`))
    return [...new Set(ways)].sort()
  }
  expect(waysOf('assistant')).toEqual([
    'conversation.answering → reading',
    'conversation.idle → reading',
    'document → document',
    'name → name',
  ])
  const inAssistant = (outlooks as Outlook[]).filter(({ flow, version }) => flow === 'assistant' && version === 2)
  const states = inAssistant.flatMap(({ samples }) => samples.map(({ from }) => from))
  expect([...new Set(states)].sort()).toEqual([
    'conversation.answering',
    'conversation.condensing',
    'conversation.forgetting',
    'conversation.idle',
    'conversation.resting',
    'conversation.unanswered',
    'document.awaited',
    'document.clearing',
    'ended',
    'name',
    'reading',
  ])
  expect(waysOf('checkout')).toEqual([
    'confirmed → confirmed',
    'declined → declined',
    'expired → expired',
    'paying → paying',
    'payment → delivery',
    'payment → shipping',
    'review → delivery',
    'review → shipping',
    'shipping → shipping',
  ])
})

it.concurrent('version 1 of the assistant is still what its lock says it was', { timeout: 120_000 }, async () => {
  const { code, findings } = await run(join(demoFolder, 'flows/assistant/version-1'), 'check')
  // The lock of version 2 lies beside it, which version 1 knows nothing of.
  expect({ code, problems: findings.map(({ problem }: { problem: string }) => problem) }).toEqual({
    code: 1,
    problems: ['There is a lock of version 2, and the flow is of version 1.'],
  })
})

it.concurrent('version 1 of the checkout is still what its lock says it was', { timeout: 120_000 }, async () => {
  const { code, findings } = await run(layEarlier(), 'check')
  // The lock of version 2 lies beside it, which version 1 knows nothing of.
  expect({ code, problems: findings.map(({ problem }: { problem: string }) => problem) }).toEqual({
    code: 1,
    problems: ['There is a lock of version 2, and the flow is of version 1.'],
  })
})
