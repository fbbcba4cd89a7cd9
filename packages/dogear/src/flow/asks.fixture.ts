// A machine that does one thing, for tests of what it asks for and of what is refused.

import { assign } from 'xstate'
import { isDogearError } from '../errors.ts'
import type { Ask } from './asks.ts'
import { begin, type Machine, step } from './machine.ts'
import { machineOf, work } from './machines.fixture.ts'

export type Action = NonNullable<Parameters<typeof machineOf>[0]['entry']>

/** A machine that does `actions` on GO. */
export const doing = (actions: Action, more: object = {}): Machine =>
  machineOf(
    {
      id: 'm',
      context: { heard: [] },
      on: {
        GO: { actions },
        HEARD: { actions: assign({ heard: ({ context, event }) => [...context.heard, event.n] }) },
      },
      ...more,
    },
    {
      actors: { work },
      delays: { soon: 5, never: Number.NaN, broken: () => undefined as never, year: 366 * 86_400_000 },
    },
  )

/** The asks of a machine that takes this event first. */
export const asksOf = (machine: Machine, type = 'GO'): Ask[] => step(machine, begin(machine).live, { type, n: 0 }).asks

/** Why a machine refuses GO. */
export function refusal(machine: Machine): string {
  try {
    asksOf(machine)
  } catch (error) {
    if (isDogearError(error) && error.code === 'flow_failed') return String((error.cause as Error).message)
    throw error
  }
  return 'nothing was refused'
}
