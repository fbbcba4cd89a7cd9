// An event of a person, applied to the machine from the step it was sent from.

import { liftStep } from '../flow/evolve/lift.ts'
import { accepts } from '../flow/machine.ts'
import { renamed } from '../flow/step-drafts.ts'
import { activeSteps, currentStep } from '../flow/steps.ts'
import { deviceIdAt, deviceOf } from './access/devices.ts'
import { advance, placed, type Unsaved } from './advance.ts'
import { type EventCommand, type Refused, refused } from './commands.ts'
import { forget } from './drafts.ts'
import { place, relationOf } from './position.ts'
import { recall } from './receipts.ts'
import { keepableOnly, validate } from './validate.ts'

/** The session after the event; undefined if the event was applied before. */
export function takeEvent(unsaved: Unsaved, command: EventCommand, now: number): Unsaved | Refused | undefined {
  const { flow, record, live } = unsaved
  const { opId, event, version, position, fields, form, sender } = command
  const step = command.step === undefined ? undefined : liftStep(flow, command.step, version)
  if (record.revision === 0 && position && position.revision > 0) return refused('expired')
  const known = recall(record, opId, event)
  if (known !== 'unknown') return known === 'same' ? undefined : refused('op-reused')

  // Before the values are looked at: their sender is told of the loss, whatever was sent.
  if (position && relationOf(record, position) === 'lost') return refused('rewound')

  const valid = keepableOnly(flow, event, () => validate(flow, event, { version, form: fields !== undefined }))
  if (!valid.ok) return refused('invalid', valid.issues)

  if (live.status !== 'active') return refused('done')
  const placement = place(flow, record, { live, step, position })
  if (placement.kind === 'stale') return refused('stale')
  const there = placement.kind === 'back' ? advance(unsaved, placement.event, { at: now, silent: true }) : unsaved
  if (!accepts(flow.machine, there.live, valid.event)) return refused('not-accepted')
  const device = deviceOf(record, sender.secretHash)?.id ?? deviceIdAt(record.revision + 1)
  const from = step ?? currentStep(flow, live, record.at)?.id
  const several = flow.machine.parallel && activeSteps(flow, there.live).length > 1
  const sent = several ? { ...there, record: placed(there.record, from) } : there
  const moved = advance(sent, valid.event, { at: now, device })
  const left = !activeSteps(flow, moved.live).some(({ id }) => id === from)
  const { type } = valid.event
  const said = { form: renamed(form ?? type, type), payloads: [event, valid.event], fields: fields ?? [], left }
  return forget(moved, from, said)
}
