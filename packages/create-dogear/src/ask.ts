// The questions, for what the command line has not said.

import type { Readable, Writable } from 'node:stream'
import { isCancel, select, text } from '@clack/prompts'
import { type Choices, defaults, type Given } from './choices.ts'
import { problemWith } from './target.ts'

/** The terminal; default: that of the process. */
export type Terminal = { input?: Readable; output?: Writable }

/** The choices of the person, or undefined if they have turned away. */
export async function ask(given: Given, terminal: Terminal = {}): Promise<Choices | undefined> {
  const folder =
    given.folder ??
    (await text({
      ...terminal,
      message: 'What is the app called?',
      placeholder: defaults.folder,
      defaultValue: defaults.folder,
      validate: (value) => problemWith(value || defaults.folder),
    }))
  if (isCancel(folder)) return undefined
  const frame =
    given.frame ??
    (await select({
      ...terminal,
      message: 'What serves it?',
      options: [
        { value: 'next' as const, label: 'Next.js' },
        { value: 'hono' as const, label: 'Hono', hint: 'on Node, with pages in React' },
      ],
    }))
  if (isCancel(frame)) return undefined
  const store =
    given.store ??
    (await select({
      ...terminal,
      message: 'Where does it keep sessions?',
      options: [
        { value: 'embedded' as const, label: 'In itself', hint: 'an embedded Postgres, nothing to install' },
        { value: 'redis' as const, label: 'In Redis', hint: 'a compose.yaml comes along' },
      ],
    }))
  return isCancel(store) ? undefined : { folder, frame, store }
}
