// The context of a session on its way into the record: actors in it become references, as XState writes them.

import { isPlain, maxDepth, maxParts } from '../plain-data.ts'

type Budget = { left: number; depth: number }

/**
 * The context with a reference for every actor in it; itself if it holds none. XState does the same, but without end
 * in data that contains itself, and for hours in data that shares its parts.
 */
export function toStored(context: unknown): unknown {
  return partOf(context, { left: maxParts, depth: 0 })
}

function partOf(part: unknown, budget: Budget): unknown {
  if (typeof part !== 'object' || part === null || --budget.left < 0 || budget.depth > maxDepth) return part
  const isList = Array.isArray(part)
  if (!isList && !isPlain(part)) return isActor(part) ? { xstate$$type: 1, id: part.id } : part
  budget.depth++
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(part)) {
    const member = (part as Record<string, unknown>)[name]
    const stored = partOf(member, budget)
    if (stored === member) continue
    copy ??= (isList ? part.slice() : { ...part }) as Record<string, unknown>
    copy[name] = stored
  }
  budget.depth--
  return copy ?? part
}

const isActor = (part: object): part is { id: string } => 'sessionId' in part && 'send' in part && 'ref' in part
