#!/usr/bin/env node
// Bin `create-dogear`: asks little, then writes a small app.

import { relative, resolve } from 'node:path'
import { filesOf } from './app.ts'
import { ask } from './ask.ts'
import { type Choices, defaults, type Given, readChoices, usage } from './choices.ts'
import { type Manager, managerOf } from './manager.ts'
import { version } from './manifest.ts'
import { Refusal } from './refusal.ts'
import { nameOf, problemWith } from './target.ts'
import { writeFiles } from './write.ts'

/** The exit code of the shell for what Ctrl-C has ended. */
const interrupted = 130

async function main(args: readonly string[]): Promise<number> {
  const given = readChoices(args)
  if (given.show) {
    console.log(given.show === 'help' ? usage : version)
    return 0
  }
  refuse(given.folder)
  const choices = await choose(given)
  if (!choices) {
    console.log('Nothing was made.')
    return interrupted
  }
  refuse(choices.folder)
  const manager = managerOf(process.env.npm_config_user_agent)
  writeFiles(choices.folder, filesOf(choices, { name: nameOf(choices.folder), manager }))
  console.log(ready(choices, manager))
  return 0
}

function refuse(folder: string | undefined): void {
  const problem = folder === undefined ? undefined : problemWith(folder)
  if (problem) throw new Refusal(problem)
}

/** Without a terminal nobody can answer, so the defaults do. */
async function choose(given: Given): Promise<Choices | undefined> {
  const complete = given.folder && given.frame && given.store
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  return given.yes || complete || !terminal ? { ...defaults, ...given } : ask(given)
}

function ready({ folder, store }: Choices, manager: Manager): string {
  const near = relative(process.cwd(), folder)
  const path = near.startsWith('..') ? resolve(folder) : near
  const next = [
    ...(path === '' ? [] : [`cd ${path}`]),
    ...(store === 'redis' ? ['docker compose up --detach --wait   # or have a Redis at REDIS_URL'] : []),
    manager.install,
    `${manager.run} dev`,
  ]
  return [`${nameOf(folder)} is ready. What comes next:`, '', ...next.map((line) => `  ${line}`), ''].join('\n')
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}
