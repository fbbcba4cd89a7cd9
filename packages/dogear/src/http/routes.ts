// The table of routes: paths below the base path, their methods, their handlers.

import { splitName } from './browser/spot.ts'
import type { Handler } from './handler.ts'
import { listDevices, revokeDevice } from './routes/devices.ts'
import { issueHandoff, takeBack } from './routes/handoffs.ts'
import { attach, listSessions, openSession, removeSession, signOutElsewhere } from './routes/owners.ts'
import { lookAtHandoff, redeemHandoff } from './routes/redeem.ts'
import { comeBack, destroy, extend, read, restart, saveDraft, sendEvents } from './routes/sessions.ts'
import { openProgress, openStream } from './routes/stream.ts'

/**
 * A request's route: a handler per method, the flow in the path with a key as it was sent, the path's last part if the
 * route names one.
 */
export type Route = { methods: Methods; flow: string; key: string | undefined; item: string }

/** In the order in which the `Allow` header lists them. */
export type Methods = Readonly<Partial<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', Handler>>>

/** Below the base path. */
export const topLevel: Table = tableOf([
  ['', { GET: listSessions, HEAD: listSessions }],
  ['attach', { POST: attach }],
  ['devices', { DELETE: signOutElsewhere }],
  ['handoffs/look', { POST: lookAtHandoff }],
  ['handoffs/redeem', { POST: redeemHandoff }],
])

/** Below `/:flow` or `/:flow@key`; a star is the one part that may be anything. */
export const belowFlow: Table = tableOf([
  ['', { GET: read, HEAD: read, DELETE: destroy }],
  ['events', { POST: sendEvents }],
  // A page of an earlier release sends its last draft as a beacon, which can only POST.
  ['drafts/*', { PUT: saveDraft, POST: saveDraft }],
  ['extend', { POST: extend }],
  ['restart', { POST: restart }],
  ['return', { POST: comeBack }],
  ['stream', { GET: openStream }],
  ['progress', { GET: openProgress }],
  ['handoffs', { POST: issueHandoff }],
  ['take-back', { POST: takeBack }],
  ['devices', { GET: listDevices, HEAD: listDevices }],
  ['devices/*', { DELETE: revokeDevice }],
  ['open', { POST: openSession }],
  ['sessions/*', { DELETE: removeSession }],
])

/** Handlers that pages of other sites may call: they read no cookie and change nothing. */
export const fromAnywhere: ReadonlySet<Handler> = new Set([comeBack])

/** The route of a URL path, or undefined if there is none. A slash at the end, as `trailingSlash` adds, is left out. */
export function matchRoute(basePath: string, pathname: string): Route | undefined {
  const rest = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : undefined
  if (rest === '' || rest === '/') return found(topLevel, [], '')
  if (!rest?.startsWith('/')) return undefined
  const parts = rest.slice(1).split('/').map(decode)
  if (parts.length > 1 && parts.at(-1) === '') parts.pop()
  if (!parts.every(isNamed)) return undefined
  const [name = '', ...below] = parts
  return found(topLevel, parts, '') ?? found(belowFlow, below, name)
}

export type Table = readonly { pattern: readonly string[]; methods: Methods }[]

function tableOf(rows: readonly [path: string, Methods][]): Table {
  return rows.map(([path, methods]) => ({ pattern: path === '' ? [] : path.split('/'), methods }))
}

function found(table: Table, parts: readonly string[], name: string): Route | undefined {
  for (const { pattern, methods } of table)
    if (fits(pattern, parts))
      return { methods, ...splitName(name), item: pattern.at(-1) === '*' ? (parts.at(-1) ?? '') : '' }
  return undefined
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false
  for (let at = 0; at < parts.length; at++) if (pattern[at] !== '*' && pattern[at] !== parts[at]) return false
  return true
}

const isNamed = (part: string | undefined): part is string => part !== undefined && part !== ''

function decode(part: string): string | undefined {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
