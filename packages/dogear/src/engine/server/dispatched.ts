// The types of `dispatch`: a flow, by its id or itself, says which events it takes.

import type { EventOf, Flow, ServerEventOf } from '../../flow/define.ts'
import type { SessionAddress } from './inspected.ts'

/** A flow by its id, or itself, which says what types its events have. The engine's own of that id takes the event. */
// biome-ignore lint/suspicious/noExplicitAny: of a flow of any events and any context.
export type Receiver = string | Flow<any, any, any>

/** A session of the flow. */
export type AddressIn<F extends Receiver> = Omit<SessionAddress, 'flow'> & { flow: F }

/** The events that `F` takes from a server: those of a person, and those that only a server may send. */
export type Dispatched<F extends Receiver> = F extends string ? { type: string } : EventOf<F> | ServerEventOf<F>
