// The events of a flow, from the schemas of what a person may send.

import type { z } from 'zod'

/** Every event in `Schemas`: its type with the members its schema gives. */
export type EventsOf<Schemas extends Record<string, z.ZodType>> = {
  [Type in keyof Schemas]: { type: Type } & Members<z.infer<Schemas[Type]>>
}[keyof Schemas]

/** The named members of `T`: an empty object schema says "every key: never", which would rule out `type`. */
type Members<T> = string extends keyof T ? unknown : T

type Payload<Event> = Event extends { type: string } ? Omit<Event, 'type'> : never

export function withoutType<Event extends { type: string }>({ type: _, ...payload }: Event): Payload<Event> {
  return payload as Payload<Event>
}
