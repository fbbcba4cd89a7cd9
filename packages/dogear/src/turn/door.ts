// Data at the door: what was sent becomes data of our own that can be stored, or is refused part by part.

import type { Issue } from '../errors.ts'
import { maxParts, mendedCopyOf, type Path, unfit, walk } from '../plain-data.ts'
import { type Command, type Refused, refused } from './commands.ts'

/**
 * The command with a copy of what its sender made: no later edit of it, by the sender or by an assign, is seen twice.
 * Text in it is well-formed. Refused as invalid, with the path of each part that cannot be stored; without one for
 * what is no event or throws when it is read.
 */
export function admit(command: Command): Command | Refused {
  if (command.kind !== 'event' && command.kind !== 'draft' && command.kind !== 'dispatch') return command
  if (typeof command.opId !== 'string') return refused('invalid', [issueOf('no operation id', ['opId'])])
  if (command.kind === 'draft') return admitted(command.values, (values) => ({ ...command, values }))
  if (!isEvent(command.event)) return refused('invalid', [issueOf('no event', [])])
  return admitted(command.event, (event) => ({ ...command, event }))
}

function admitted<T>(sent: T, into: (own: T) => Command): Command | Refused {
  try {
    return checked(sent, into)
  } catch {
    // A getter or a proxy, which only a caller in this process can send.
    return refused('invalid', [issueOf('what cannot be read', [])])
  }
}

function checked<T>(sent: T, into: (own: T) => Command): Command | Refused {
  const issues: Issue[] = []
  let parts = 0
  walk(sent, (part, path) => {
    if (++parts > maxParts) return false
    // A payload is stored inside other data, so it may be half as deep.
    const what = unfit(part, path.length * 2, true)
    if (what) issues.push(issueOf(what, path))
    return !what
  })
  if (parts > maxParts) issues.push(issueOf(`more than ${maxParts} values`, []))
  return issues.length > 0 ? refused('invalid', issues) : into(mendedCopyOf(sent))
}

function isEvent(sent: unknown): boolean {
  try {
    return typeof (sent as { type?: unknown } | null | undefined)?.type === 'string'
  } catch {
    return false
  }
}

const issueOf = (what: string, path: Path): Issue => ({ path: [...path], message: `This cannot be kept: ${what}.` })
