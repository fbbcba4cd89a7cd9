// Payloads of events for stories: those that a flow's author gave, others made from the JSON Schemas of the flow.

import { examplesOf } from '../../cli/lock/example.ts'
import type { Lock } from '../../cli/lock/file.ts'
import { type Examples, eventsOf } from '../../cli/lock/moves.ts'
import { jsonSchemaOf } from '../../cli/lock/shape.ts'
import type { Flow } from '../../flow/define.ts'
import { canonical } from '../../turn/receipts.ts'
import { validateFromServer } from '../../turn/validate.ts'

/** By event type, the simplest first: events that their schemas accept. */
export type Payloads = ReadonlyMap<string, readonly { type: string }[]>

/** Generated payloads per event, and how many are tried to find them. */
const [wanted, mostTried] = [6, 24]

/**
 * The events of stories. Throws `TypeError` for an event of which no payload is accepted: a schema that has patterns or
 * refinements needs `examples`.
 */
export async function payloadsOf(flow: Flow, examples: Examples, seed: number): Promise<Payloads> {
  const generate = await generator()
  const isAccepted = (event: { type: string }) => validateFromServer(flow, event).ok
  const given = eventsOf(flow, examples).flatMap((move) => ('event' in move ? [move.event] : []))
  const byType = Object.entries({ ...flow.events, ...flow.serverEvents }).map(([type, schema]) => {
    const shape = jsonSchemaOf(schema, 'input')
    const made: { type: string }[] = []
    for (let tried = 0; shape && tried < mostTried && made.length < wanted; tried++) {
      const event = { ...(generate?.(shape, seed + tried) as object | undefined), type }
      if (isAccepted(event)) made.push(event)
    }
    return [type, distinct([...given.filter((event) => event.type === type && isAccepted(event)), ...made])] as const
  })
  const missing = byType.filter(([, events]) => events.length === 0).map(([type]) => type)
  if (missing.length > 0) {
    const how = 'give some: { examples: { events: { … } } }'
    throw new TypeError(`no payload was found for ${missing.map((type) => `"${type}"`).join(', ')}; ${how}`)
  }
  return new Map(byType)
}

/** A version whose pages may still be open, with the events that they send. */
export type Earlier = { version: number; payloads: Payloads }

/**
 * The events of the pages of each version in `locks`, as its schemas have them. An event that is the same today has
 * `today`'s payloads as well, which are better ones.
 */
export async function earlierPayloads(
  flow: Flow,
  locks: readonly Lock[],
  { today, seed }: { today: Payloads; seed: number },
): Promise<Earlier[]> {
  const generate = await generator()
  const shapes = new Map(
    Object.entries(flow.events).map(([type, schema]) => [type, canonical(jsonSchemaOf(schema, 'input'))]),
  )
  return locks.map(({ version, events }) => {
    const byType = Object.entries(events).map(([type, shape]) => {
      const made = Array.from({ length: wanted }, (_, nth) => shape && generate?.(shape, seed + nth))
      const all = [...(shape ? examplesOf(shape) : []), ...made].filter(
        (one) => typeof one === 'object' && one !== null,
      )
      const same = shape && canonical(shape) === shapes.get(type)
      return [type, distinct([...((same && today.get(type)) || []), ...all.map((one) => ({ ...one, type }))])] as const
    })
    return { version, payloads: new Map(byType.filter(([, payloads]) => payloads.length > 0)) }
  })
}

type Generate = (schema: object, seed: number) => unknown

/** The generator of json-schema-faker, undefined where that is not installed. */
async function generator(): Promise<Generate | undefined> {
  const { generateSync } = await import('json-schema-faker').catch(() => ({ generateSync: undefined }))
  return (
    generateSync &&
    ((schema, seed) => {
      try {
        return generateSync(schema as Parameters<typeof generateSync>[0], { seed })
      } catch {
        // A schema that it cannot follow; the examples have to do.
        return undefined
      }
    })
  )
}

const distinct = <T>(all: readonly T[]): T[] => [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
