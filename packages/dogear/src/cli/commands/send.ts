// `dogear send`: an event from support, applied to one session as the server's own.

import { randomUUID } from 'node:crypto'
import { valueText } from '../../turn/trail.ts'
import type { Argument, Command } from '../command.ts'
import { sessionArgument, sessionNamed } from '../named-session.ts'
import { clean } from '../output.ts'

const eventArgument: Argument = {
  name: 'event',
  text: `as JSON, such as '{"type":"provider.paid","amount":4200}'`,
  refusal: 'this is no event: a JSON object with a "type" is asked for',
  parse: (text) => (eventIn(text) ? text : undefined),
}

/** The time for effects of the event to finish here, before another process goes on with them. */
const drainMs = 5_000

/** Exit code 0 if the event was applied, now or before, else 1. */
export const send: Command<{ opId?: string }> = {
  name: 'send',
  summary: 'Send an event to one session: one of a person, or one that only a server may send.',
  arguments: [sessionArgument, eventArgument],
  options: [
    { flags: '--op-id <id>', text: 'names the operation: sent again under the same id, it is applied once (random)' },
  ],
  async run({ engine }, { opId = randomUUID() }, context) {
    const { out, given } = context
    const session = await sessionNamed(engine, context)
    const found = await engine.inspect(session)
    const event = eventIn(given[1] ?? '')
    if (found.found !== 'record' || !event) {
      const problem = `There is no session ${session} that can be sent anything: see dogear show.`
      out.result({ session, opId, outcome: 'rejected', code: 'session_gone', issues: [] }, [problem])
      return 1
    }
    const reply = await engine.dispatch({ flow: found.flow, session }, event, { opId })
    await engine.close(drainMs)
    const { outcome, view } = reply
    const { code = null, issues = [] } = outcome === 'rejected' ? reply : {}
    const told = issues.map(({ path, message }) => ({ path: path.join('.'), message: clean(message) }))
    const state = valueText(view.value)
    out.result({ session, opId, outcome, code, issues: told, state }, [
      `${outcome}${code === null ? '' : ` (${code})`}: session ${session} is in "${clean(state)}"; operation ${opId}`,
      ...told.map(({ path, message }) => `  ${path}: ${message}`),
    ])
    return outcome === 'rejected' ? 1 : 0
  },
}

function eventIn(text: string): { type: string } | undefined {
  try {
    const event = JSON.parse(text)
    return typeof event === 'object' && event !== null && typeof event.type === 'string' ? event : undefined
  } catch {
    return undefined
  }
}
