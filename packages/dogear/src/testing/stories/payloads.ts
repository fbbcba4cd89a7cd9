// Payloads of events for stories: those that a flow's author gave, others made from the JSON Schemas of the flow.

import { type Examples, eventsOf } from '../../cli/lock/moves.ts'
import { jsonSchemaOf } from '../../cli/lock/shape.ts'
import type { Flow } from '../../flow/define.ts'
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
