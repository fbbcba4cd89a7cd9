// The routes of live updates, which go on for as long as the browser may see the session.

import type { Visitor, Watching } from '../../engine/contract.ts'
import { DogearError } from '../../errors.ts'
import { eventStream } from '../answer.ts'
import { identified } from '../browser/identity.ts'
import { createEventStream, type EventStream } from '../event-stream.ts'
import type { Answer } from '../exchange.ts'
import type { RouteContext } from '../handler.ts'
import { checkOrigin } from '../origin.ts'

const hourMs = 3_600_000

/** `GET /:flow/stream`. The first event is the current position, so that no `Last-Event-ID` is needed. */
export const openStream = (context: RouteContext): Promise<Answer> =>
  open(context, (visitor, stream) =>
    context.settings.engine.watch(context.spot.flow, visitor, (hint) => {
      if (typeof hint === 'string') stream.end()
      else stream.send(hint)
    }),
  )

/**
 * `GET /:flow/progress`. The first event names the attempts under way, those after it hold what they report. Without
 * `Last-Event-ID` that begins with all there is.
 */
export const openProgress = (context: RouteContext): Promise<Answer> =>
  open(context, (visitor, stream) =>
    context.settings.engine.follow(context.spot.flow, visitor, {
      after: context.request.header('last-event-id') ?? undefined,
      listener(hint) {
        if (hint.kind === 'current') return stream.message({ effects: hint.effects })
        if (hint.kind !== 'part') return stream.end()
        const { kind: _, entry, ...part } = hint
        stream.message(part, entry)
      },
    }),
  )

async function open(
  { request, settings, browser, spot }: RouteContext,
  watch: (visitor: Visitor, stream: EventStream) => Promise<Watching>,
): Promise<Answer> {
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
    const watching = await watch(visitor, stream)
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
