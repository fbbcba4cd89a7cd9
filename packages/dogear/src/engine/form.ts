// Forms sent without JavaScript: the page each one leads to, with everything that was typed kept.

import { hash } from 'node:crypto'
import { DogearError, isDogearError } from '../errors.ts'
import type { Caller, DraftRequest, Engine, FaultCode, FormReply, FormRequest, Reply } from './contract.ts'
import { currentOf } from './reader.ts'

type Sending = Pick<Engine, 'send' | 'saveDraft'>

export const createForms = ({ send, saveDraft }: Sending): Pick<Engine, 'sendForm'> => ({
  async sendForm(flowId, caller, { request, values }) {
    let reply: Reply
    try {
      reply = await send(flowId, caller, { ...request, fields: Object.keys(values) })
    } catch (error) {
      const kept = await keepAfter(saveDraft, caller, { flowId, form: { request, values }, error })
      if (kept) return kept
      throw error
    }
    const current = currentOf(reply.view).path
    if (reply.outcome !== 'rejected') return { path: current, problem: null, replies: [reply] }
    const problem = reply.code
    if (problem === 'no_cookies') throw new DogearError(problem, reply.message)
    if (problem === 'session_gone') return { path: null, problem, replies: [reply] }

    const step = request.step ?? reply.view.step
    const typedAt = reply.view.steps.find(({ id }) => id === step)
    const invalid = problem === 'invalid_event'
    const typed = Object.values(values).some((value) => value !== '')
    if (!typedAt || (!invalid && !typed)) return { path: current, problem, replies: [reply] }
    const kept = await keep(saveDraft, caller, {
      flowId,
      draft: {
        opId: draftOpId(request.opId),
        step: typedAt.id,
        values,
        // A form names no box that was unticked, so a field it does not name is empty.
        whole: true,
        form: request.form ?? request.event.type,
        version: request.version,
        issues: invalid ? reply.issues : undefined,
      },
    })
    return { path: invalid ? typedAt.path : currentOf(kept.view).path, problem, replies: [reply, kept] }
  },
})

/** Keeps the draft without the values that may not be stored: the reply to the event names those already. */
async function keep(
  saveDraft: Sending['saveDraft'],
  caller: Caller,
  { flowId, draft }: { flowId: string; draft: DraftRequest },
): Promise<Reply> {
  const kept = await saveDraft(flowId, caller, draft)
  if (kept.outcome !== 'rejected' || kept.code !== 'invalid_event') return kept
  const refused = kept.issues.map(({ path }) => String(path[0]))
  const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => !refused.includes(name)))
  return saveDraft(flowId, caller, { ...draft, values })
}

/** Keeps what was typed though the flow's own code failed at it; undefined if that is not why, or fails as well. */
async function keepAfter(
  saveDraft: Sending['saveDraft'],
  caller: Caller,
  { flowId, form: { request, values }, error }: { flowId: string; form: FormRequest; error: unknown },
): Promise<FormReply | undefined> {
  const { opId, step, version, form = request.event.type } = request
  if (step === undefined || !isDogearError(error) || !isFault(error.code)) return undefined
  try {
    const draft = { opId: draftOpId(opId), step, values, whole: true, form, version }
    const kept = await keep(saveDraft, caller, { flowId, draft })
    const typedAt = kept.view.steps.find(({ id }) => id === step)
    if (kept.outcome === 'rejected' || !typedAt) return undefined
    return { path: typedAt.path, problem: error.code, replies: [kept] }
  } catch {
    return undefined
  }
}

const isFault = (code: string): code is FaultCode =>
  code === 'flow_failed' || code === 'not_serializable' || code === 'too_large'

// Under the submission's own id, if it was used before, the draft would count as part of that earlier operation.
const draftOpId = (opId: string): string => `draft.${hash('sha256', opId, 'base64url')}`
