// Where a form without JavaScript leads: to the next step, or back with everything that was typed.

import { createHash } from 'node:crypto'
import type { Caller, DraftRequest, Engine, Reply } from '../engine/engine.ts'
import type { View } from '../wire.ts'
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
  { flowId, form, pagePath }: { flowId: string; form: FormRequest; pagePath: PagePath },
): Promise<FormOutcome> {
  const { request, values } = form
  const reply = await sendEvent(engine, flowId, caller, request)
  if (reply.outcome !== 'rejected') return { location: pagePath(flowId, currentPath(reply.view)), replies: [reply] }
  const back = (stepPath: string | null) => withProblem(pagePath(flowId, stepPath), reply.code)
  if (reply.code === 'session_gone') return { location: back(null), replies: [reply] }

  const typedAt = reply.view.steps.find((step) => step.id === (request.step ?? reply.view.step))
  if (!typedAt) return { location: back(currentPath(reply.view)), replies: [reply] }
  const invalid = reply.code === 'invalid_event'
  if (!invalid && Object.keys(values).length === 0) return { location: back(currentPath(reply.view)), replies: [reply] }
  const kept = await keep(engine, caller, {
    flowId,
    draft: {
      opId: draftOpId(request.opId),
      step: typedAt.id,
      values: { ...emptied(reply.view, typedAt.id), ...values },
      ...(request.version === undefined ? {} : { version: request.version }),
      ...(invalid ? { issues: reply.issues } : {}),
    },
  })
  return { location: back(invalid ? typedAt.path : currentPath(kept.view)), replies: [reply, kept] }
}

/** Keeps the draft; without the values that must never be kept, if there are any: what is wrong with them has been said. */
async function keep(
  engine: Engine,
  caller: Caller,
  { flowId, draft }: { flowId: string; draft: DraftRequest },
): Promise<Reply> {
  const kept = await engine.saveDraft(flowId, caller, draft)
  if (kept.outcome !== 'rejected' || kept.code !== 'invalid_event') return kept
  const barred = kept.issues.map(({ path }) => String(path[0]))
  const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => !barred.includes(name)))
  return engine.saveDraft(flowId, caller, { ...draft, values })
}

// A form says nothing of what was emptied or unticked, so what it does not say is no longer in the draft either.
function emptied({ drafts }: View, step: string): Record<string, null> {
  return Object.fromEntries(Object.keys(drafts[step]?.values ?? {}).map((name) => [name, null]))
}

// Not the submission's own: where that was used before, the draft would count as part of what it was used for.
function draftOpId(opId: string): string {
  return `draft.${createHash('sha256').update(opId).digest('base64url')}`
}

/** The path of the step a view is at, or null. */
export function currentPath(view: View): string | null {
  return view.steps.find((step) => step.id === view.step)?.path ?? null
}

/** A page's URL that tells it what went wrong. */
export function withProblem(path: string, code: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}problem=${code}`
}
