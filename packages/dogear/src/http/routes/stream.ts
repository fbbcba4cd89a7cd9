// The route of live updates: the session's position, as long as the browser may see it.

import { DogearError } from '../../errors.ts'
import { eventStream } from '../answer.ts'
import { identified } from '../browser/identity.ts'
import { createEventStream } from '../event-stream.ts'
import type { Answer } from '../exchange.ts'
import type { RouteContext } from '../handler.ts'
import { checkOrigin } from '../origin.ts'

const hourMs = 3_600_000

/** `GET /:flow/stream`. The first event is the current position, so that no `Last-Event-ID` is needed. */
export async function openStream({ request, settings, browser, spot }: RouteContext): Promise<Answer> {
  // A stream costs memory for an hour, so no page of another site may open one, although it is a GET.
  checkOrigin(request, settings.origins)
  const visitor = await browser.visitor(spot)
  if (!visitor.credential) throw new DogearError('no_session', 'There is no session to watch.')
  const leave = settings.streams.take(visitor.credential.id, browser.address())

  let check = async (): Promise<void> => {}
  const spread = (settings.random(1)[0] ?? 0) / 256
  const stream = createEventStream({
    signal: request.signal(),
    check: () => check(),
    // Spread, so that after a restart not all browsers reconnect at once, nor an hour later.
    retryMs: 1000 + Math.round(spread * 2000),
    lifeMs: hourMs * (1 - spread / 10),
  })
  stream.onEnd(leave)
  try {
    const watching = await settings.engine.watch(spot.flow, visitor, (hint) => {
      if (typeof hint === 'string') stream.end()
      else stream.send(hint)
    })
    stream.onEnd(watching.stop)
    check = async () => {
      const owners = await identified(settings.signIn, request)
      await watching.check(owners.find(({ id }) => id === visitor.owner?.id) ?? owners[0])
    }
  } catch (error) {
    stream.end()
    throw error
  }
  return eventStream(stream)
}
