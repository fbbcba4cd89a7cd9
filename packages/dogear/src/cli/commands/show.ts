// `dogear show`: one session as text or as a document.

import { tagOf } from '../../engine/access.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Command } from '../command.ts'
import { sessionArgument, sessionNamed } from '../named-session.ts'
import { type Output, span, table, titledTable } from '../output.ts'
import { look, type Session, type Shown, type Unreadable } from '../session.ts'

/** Exit code 1 if there is no record that can be read, or if the next turn could not open it. */
export const show: Command = {
  name: 'show',
  summary: 'Show where one session is and what it waits for: no context, no values, no secrets.',
  arguments: [sessionArgument],
  options: [],
  async run({ engine }, _, context) {
    const { out } = context
    const shown = await look(engine, await sessionNamed(engine, context))
    out.result(shown, shownLines(engine, shown, out))
    return shown.found === 'record' && shown.failure === null ? 0 : 1
  },
}

/** A session in lines, without anything that its person entered. */
export function shownLines({ loggedAs }: Engine, shown: Shown, out: Output): string[] {
  if (shown.found === 'nothing') return [`There is no session ${shown.session}: it never was, or it expired.`]
  if (shown.found === 'removed')
    return [`Session ${shown.session} was ended; the store keeps its tombstone until that expires.`]
  if (shown.found === 'unreadable') return unreadableLines(shown, loggedAs(shown.session))
  return sessionLines(shown, loggedAs(shown.session), out)
}

function unreadableLines(
  { session, format, bytes, position, reason }: Unreadable,
  logged: readonly string[],
): string[] {
  const byte = format === null ? 'unknown' : `0x${format.toString(16).padStart(2, '0')}`
  const facts = [
    ['reference', tagOf(session)],
    ['logged as', logged.join(', ')],
    ['format byte', byte],
    ['bytes', `${bytes ?? 'unknown'}`],
    ['position', position ? positionText(position) : 'unknown'],
    ['reason', reason],
  ]
  return [`Session ${session} cannot be read. It is kept as it is.`, ...table(facts)]
}

function sessionLines(session: Session, logged: readonly string[], { colors }: Output): string[] {
  const { now } = session
  const due = (at: number): string => `${new Date(at).toISOString()}  ${relative(at - now)}`
  const section = (title: string, head: string[], rows: string[][]): string[] =>
    rows.length === 0 ? [] : ['', title, ...titledTable(head, rows, colors)]
  const timers = session.timers.map(({ id, dueAt, fired, aside }) => {
    const state = (fired && ', fired') || (aside && ', set aside: the machine threw at it') || ''
    return [id, `${due(dueAt)}${state}`]
  })
  const effects = session.effects.map(({ id, src, attempt, failure, leaseUntil, setAside, settled }) => {
    const state = settled ? 'settled' : `${due(leaseUntil)}${setAside ? ', the machine failed to take its result' : ''}`
    return [id, src, `${attempt}`, failure ?? '', state]
  })
  const devices = session.devices.map(({ id, label, seenAt }) => [id, clip(label), due(seenAt)])
  const trail = session.trail.map(({ at, event, from, to, device }) => {
    return [new Date(at).toISOString(), event, from, to, device]
  })
  const facts = [
    ['session', session.session],
    ['reference', tagOf(session.session)],
    ['logged as', logged.join(', ')],
    ['flow', `${session.flow}, version ${session.version}`],
    ['opens', session.failure === null ? 'yes' : `no: ${session.failure}`],
    ['state', `${session.state} (${session.status})`],
    ['step', session.step ?? 'none'],
    ['position', positionText(session.position)],
    ['size', `${session.bytes} bytes${session.maxBytes === null ? '' : ` of ${session.maxBytes}`}`],
    ['receipts', `${session.receipts}`],
    ['drafts', session.drafts.join(', ') || 'none'],
    ['owner', session.owned ? 'yes' : 'none'],
    ['created', due(session.createdAt)],
    ['updated', due(session.updatedAt)],
    ['expires', due(session.expiresAt)],
  ]
  return [
    ...table(facts),
    ...section('timers', ['id', 'due'], timers),
    ...section('effects', ['id', 'actor', 'attempt', 'last failure', 'next look'], effects),
    ...section('devices', ['id', 'label', 'last seen'], devices),
    ...section('trail', ['at', 'event', 'from', 'to', 'device'], trail),
  ]
}

const positionText = ({ epoch, revision, mark }: Session['position']): string =>
  `epoch ${epoch}, revision ${revision}, mark ${mark}`

const relative = (ms: number): string => (ms < 0 ? `${span(-ms)} ago` : `in ${span(ms)}`)

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)
