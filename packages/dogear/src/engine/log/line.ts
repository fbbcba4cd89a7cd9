// The lines of a server's log: what happened to whom, by stable names, with no value of a person.

import { type DogearErrorCode, httpStatus, isDogearError } from '../../errors.ts'
import type { Gone, HandoffMode } from '../../wire.ts'

/** `session` is its reference, as an error page shows it; `device` its id within that session. None opens anything. */
type Concerned = { flow: string; session: string }
type Acting = Concerned & { device: string }

/** An error, told apart by code and place. Messages of code that is not ours are left out: they may quote a person. */
export type LoggedError = { kind: string; code?: string; message?: string; at?: string; cause?: LoggedError }

type Lines = {
  'session.created': Acting
  'session.destroyed': Concerned
  /** A browser named a session that has expired, or never was. */
  'session.expired': Concerned
  /** A browser named a session that it may not use. */
  'session.refused': Concerned & { why: Gone['why'] }
  'handoff.issued': Acting & { mode: HandoffMode }
  'handoff.redeemed': Acting & { by: 'link' | 'code' }
  'handoff.taken-back': Acting
  /** A link or a code that opens nothing, or nothing any more. */
  'handoff.refused': { by: 'link' | 'code' }
  /** A signed-in owner opened the session in another browser. */
  'device.joined': Acting
  'device.revoked': Acting & { revoked: string }
  /** Somebody signed in: the session is theirs, and their browser has a new secret for it. */
  'device.rotated': Acting
  /** Code of the server sent an event. */
  'event.dispatched': Concerned & { event: string }
  /** A result of an effect came when nobody waited for it any more, so the machine was not told. */
  'effect.dropped': Concerned & { effect: string; why: string }
  'origin.refused': { method: string; site: string }
  /** A browser sent two cookies of a session, so none was believed. */
  'cookie.refused': { flow: string }
  /** A stored record could not be opened: corrupt, unknown key, sealed for another place. It is kept as it is. */
  'record.unreadable': { session?: string; error: LoggedError }
  /** `reference` is that of the answer, where the error concerns no session. */
  error: { session?: string; reference?: string; error: LoggedError }
}

/** The names of lines, which stay. */
export type LogName = keyof Lines
export type LogLevel = 'info' | 'warn' | 'error'
/** One line: its name, how bad it is, the fields of that name. */
export type LogLine = { [Name in LogName]: { name: Name; level: LogLevel } & Lines[Name] }[LogName]
/** A line before its level, which its name decides. */
export type Noted = { [Name in LogName]: { name: Name } & Lines[Name] }[LogName]

const levels: Readonly<Record<LogName, LogLevel>> = {
  'session.created': 'info',
  'session.destroyed': 'info',
  'session.expired': 'info',
  'session.refused': 'warn',
  'handoff.issued': 'info',
  'handoff.redeemed': 'info',
  'handoff.taken-back': 'info',
  'handoff.refused': 'warn',
  'device.joined': 'info',
  'device.revoked': 'info',
  'device.rotated': 'info',
  'event.dispatched': 'info',
  'effect.dropped': 'warn',
  'origin.refused': 'warn',
  'cookie.refused': 'warn',
  'record.unreadable': 'error',
  error: 'error',
}

export const levelOf = ({ name }: Noted): LogLevel => levels[name]

/** The line of an error: its code and place, without the text of code that is not ours. */
export function toErrorLine(error: unknown): LogLine {
  const { code, reference } = isDogearError(error) ? error : {}
  const session = reference === undefined ? {} : { session: reference }
  const name = code === 'record_unreadable' ? 'record.unreadable' : 'error'
  return { name, level: 'error', ...session, error: toLoggedError(error) }
}

/** At most so many causes of causes, in case they go round in a circle. */
const maxCauses = 4

function toLoggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { kind: 'something that is not an Error was thrown' }
  const code = codeOf(error)
  const ours = isDogearError(error) && isOurs(error.code)
  const at = placeOf(error)
  return {
    kind: word(error.name) ?? 'Error',
    ...(code !== undefined && { code }),
    ...(ours && { message: error.message }),
    ...(at !== undefined && { at }),
    ...(error.cause !== undefined && depth < maxCauses && { cause: toLoggedError(error.cause, depth + 1) }),
  }
}

const isOurs = (code: string): code is DogearErrorCode => Object.hasOwn(httpStatus, code)

// Of messages that are not ours only the codes of the system, and the first word of an answer of Redis.
const system =
  /\bE(?:CONN(?:REFUSED|RESET|ABORTED)|HOSTUNREACH|NETUNREACH|TIMEDOUT|PIPE|NOTFOUND|AI_AGAIN|ACCES|NOENT|MFILE)\b/
const answer = /^[A-Z]{3,20}\b/

/** `ECONNREFUSED`, an SQLSTATE, `NOAUTH`: never a sentence. */
export function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  const said = error.name === 'ReplyError' ? answer.exec(error.message) : null
  return word(code) ?? (said ?? system.exec(error.message))?.[0]
}

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.-]{1,48}$/.test(value) ? value : undefined

/** The first frame of the stack, which names functions and files. A message, which may span lines, comes before it. */
export function placeOf({ stack = '', message }: Error): string | undefined {
  const after = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack
  return /^\s+at (.+)$/m.exec(after)?.[1]
}
