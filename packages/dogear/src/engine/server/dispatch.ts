// Events from the server, applied to a session without its person.

import { isOver, unknown } from '../access.ts'
import type { Engine } from '../contract.ts'
import { toReply } from '../reply.ts'
import type { EngineParts } from '../send.ts'
import { inspect } from './inspect.ts'

export function createFromServer(parts: EngineParts): Pick<Engine, 'dispatch' | 'inspect'> {
  const { reader, flowOf, take, clock } = parts
  return {
    async dispatch({ flow: to, session }, event, { opId }) {
      const flow = flowOf(typeof to === 'string' ? to : to.id)
      const taken = await take(flow, {
        id: session,
        intent: { kind: 'dispatch', opId, event },
        bar: (record) => (isOver(flow, record, clock.now()) ? unknown : null),
      })
      return toReply(reader, flow, { taken })
    },
    inspect: (session, options) => inspect(parts, session, options),
  }
}
