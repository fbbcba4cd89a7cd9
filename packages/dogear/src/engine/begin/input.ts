// The input of a machine that begins, as the application makes it, checked by the flow's schema.

import { DogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import { answerOf } from '../../flow/foreign.ts'
import type { View } from '../../wire.ts'
import type { Visitor } from '../contract.ts'

/**
 * The input for a visitor; undefined for a flow that takes none. Rejects with `flow_failed` if it cannot be made, with
 * `invalid_request` if the schema refuses it, as it is made of what a browser sent.
 */
export async function inputOf({ id, input: schema }: Flow, { input }: Pick<Visitor, 'input'>): Promise<unknown> {
  if (!schema) return undefined
  const what = `the input of flow "${id}"`
  let made: unknown
  try {
    made = await input?.()
  } catch (cause) {
    throw new DogearError('flow_failed', `${what} could not be made`, { cause })
  }
  const result = answerOf(`the schema of ${what}`, () => schema['~standard'].validate(made))
  if (!result.issues) return result.value
  const paths = result.issues.map(({ path = [] }) =>
    path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
  )
  throw new DogearError('invalid_request', `${what} was not accepted${paths.join() && `: ${paths.join(', ')}`}`)
}

/** The view of a flow whose beginning cannot be shown: there is no browser whose input it would have. */
export function blankView({ id, version }: Flow, gone: View['gone']): View {
  return {
    ...{ flow: id, version, tag: null, gone, epoch: 0, revision: 0, mark: '', saved: false, status: 'active' },
    ...{ value: null, step: null, steps: [], context: null, accepts: [], drafts: {}, issues: [], pending: [] },
    ...{ timers: [], tags: [], moved: { here: null, elsewhere: null, itself: null }, expiresAt: null },
  }
}
