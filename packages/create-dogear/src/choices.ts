// The choices that make an app, as the command line gives them.

import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'

export type Frame = 'next' | 'hono'
export type Store = 'embedded' | 'redis'
export type Choices = { folder: string; frame: Frame; store: Store }

/** `yes`: the defaults stand for everything that was not given. */
export type Given = Partial<Choices> & { yes: boolean; show?: 'help' | 'version' }

export const defaults: Choices = { folder: 'dogear-app', frame: 'next', store: 'embedded' }

export const usage = `Usage: npm create dogear@latest [folder] -- [flags]

  --next, --hono         the server: Next.js (the default), or Hono on Node
  --embedded, --redis    the place of the sessions: a Postgres inside of the server (the default), or Redis
  --yes                  asks nothing: the defaults stand for what is not given
  --help, --version`

const options = Object.fromEntries(
  ['next', 'hono', 'embedded', 'redis', 'yes', 'help', 'version'].map((name) => [name, { type: 'boolean' as const }]),
)

/** Reads the arguments of the command line. Throws a `Refusal` for those that say nothing, or two things at once. */
export function readChoices(args: readonly string[]): Given {
  const { values, positionals } = parsed(args)
  if (positionals.length > 1)
    throw new Refusal(`An app goes into one folder, and these are ${positionals.length}: ${positionals.join(', ')}.`)
  const one = <T extends string>(names: readonly T[]): T | undefined => {
    const named = names.filter((name) => values[name])
    if (named.length > 1) throw new Refusal(`--${named.join(' and --')} exclude each other: give one of them.`)
    return named[0]
  }
  const show = one(['help', 'version'])
  const frame = one<Frame>(['next', 'hono'])
  const store = one<Store>(['embedded', 'redis'])
  const [folder] = positionals
  return {
    yes: values.yes === true,
    ...(show && { show }),
    ...(frame && { frame }),
    ...(store && { store }),
    ...(folder && { folder }),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const [sentence = ''] = String((error as Error).message).split('. ')
    throw new Refusal(`${sentence.replace(/\.$/, '')}.\n\n${usage}`)
  }
}
