// Where a form without JavaScript leads: to the next step, or back with everything that was typed.

import { createHash } from 'node:crypto'
import type { Caller, Engine, Reply } from '../engine/engine.ts'
import type { EventRequest, View } from '../wire.ts'
import type { FormRequest } from './form.ts'
import { sendEvent } from './send.ts'

/** The URL of a step's page, or of the flow's entry when `stepPath` is null. */
export type PagePath = (flowId: string, stepPath: string | null) => string

/** Where to send the browser, and the replies that may have created a session on the way. */
export type FormOutcome = { location: string; replies: readonly Reply[] }

/**
 * Sends a form's event and decides the page that follows.
 *
 * An accepted event leads to the current step. A refused one leads to a page that says so (`?problem=<code>`): its own step
 * if the values were invalid, the current step otherwise. What was typed is kept as a draft of the step it was typed at.
 */
export async function sendForm(
  engine: Engine,
  caller: Caller,
  flowId: string,
  form: FormRequest,
  pagePath: PagePath,
): Promise<FormOutcome> {
  const reply = await sendEvent(engine, flowId, caller, form.request)
  if (reply.outcome !== 'rejected') return { location: pagePath(flowId, currentPath(reply.view)), replies: [reply] }
  const back = (stepPath: string | null) => withProblem(pagePath(flowId, stepPath), reply.code)
  if (reply.code === 'session_gone') return { location: back(null), replies: [reply] }

  const typedAt = reply.view.steps.find((step) => step.id === (form.request.step ?? reply.view.step))
  if (!typedAt) return { location: back(currentPath(reply.view)), replies: [reply] }
  const invalid = reply.code === 'invalid_event'
  if (!invalid && Object.keys(form.values).length === 0)
    return { location: back(currentPath(reply.view)), replies: [reply] }
  const draft = { step: typedAt.id, values: form.values, ...(invalid ? { issues: reply.issues } : {}) }
  const kept = await engine.saveDraft(flowId, caller, { ...draft, opId: draftOpId(form, reply.view) })
  return { location: back(invalid ? typedAt.path : currentPath(kept.view)), replies: [reply, kept] }
}

// The position is part of the id: the same form may come again with other values, and once more with the first ones.
function draftOpId({ request, values }: { request: EventRequest; values: unknown }, { epoch, revision }: View): string {
  const hash = createHash('sha256').update(JSON.stringify([request.opId, epoch, revision, values]))
  return `draft.${hash.digest('base64url')}`
}

function currentPath(view: View): string | null {
  return view.steps.find((step) => step.id === view.step)?.path ?? null
}

function withProblem(path: string, code: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}problem=${code}`
}
