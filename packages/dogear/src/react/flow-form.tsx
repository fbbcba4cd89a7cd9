// A form that sends one event: as a plain form without JavaScript, as JSON with it.

'use client'

import { type ComponentProps, type JSX, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { createOpId, type SendResult } from '../client/index.ts'
import type { Problem, View } from '../wire.ts'
import { formValues } from './form-values.ts'
import type { FlowHandle } from './use-flow.ts'

export type FlowFormProps<V extends View, E extends { type: string }> = Omit<
  ComponentProps<'form'>,
  'action' | 'method' | 'encType'
> & {
  /** What `useFlow` returned. */
  flow: FlowHandle<V, E>
  /** The event's type; the fields are its payload. */
  type: E['type']
  /** The id of the step this form belongs to. Default: the current one. */
  step?: string
  /** Where the form goes without JavaScript. Default: the flow's URL and `/events`. */
  action?: string
  /** Called with every answer, accepted or refused; the place to navigate or to move the focus. */
  onReply?: (result: SendResult<V>) => void
}

// A second click of a double click may come after the answer to the first; it still means the same submission.
const doubleClickMs = 1000

type Submission = { key: string; opId: string; sending: boolean; answeredAt: number | undefined }

/**
 * A real `<form method="post">` around its children; add fields and a submit button. Busy, never disabled; what was typed
 * stays after a refusal. Submitting the same values again, because nothing seemed to happen, is one event.
 */
export function FlowForm<V extends View, E extends { type: string }>(props: FlowFormProps<V, E>): JSX.Element {
  const {
    flow,
    type,
    step = flow.view.step ?? undefined,
    action = `${flow.client.url}/events`,
    onReply,
    onSubmit,
    children,
    ...rest
  } = props
  const { client, view, busy } = flow
  const [opId] = useState(createOpId)
  const last = useRef<Submission>(null)
  const refusal = useRef<Problem<V>>(null)

  // Invalid values are a matter of this form: leaving its page leaves them behind.
  useEffect(
    () => () => {
      if (refusal.current && client.getSnapshot().problem === refusal.current) client.dismiss()
    },
    [client],
  )

  function toSubmission(key: string, rendered: string): Submission {
    const before = last.current
    const { answeredAt } = before ?? {}
    const again = before?.key === key && (answeredAt === undefined || Date.now() - answeredAt < doubleClickMs)
    return again ? before : { key, opId: before ? createOpId() : rendered, sending: false, answeredAt: undefined }
  }

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    const data = new FormData(event.currentTarget, (event.nativeEvent as globalThis.SubmitEvent).submitter)
    const values = formValues(data)
    const submission = toSubmission(JSON.stringify([step, type, values]), String(data.get('opId')))
    if (submission.sending) return
    last.current = submission
    submission.sending = true
    const options = { opId: submission.opId, ...(step === undefined ? {} : { step }) }
    const result = await client.send({ ...values, type } as unknown as E, options)
    submission.sending = false
    submission.answeredAt = answeredAt(result)
    refusal.current = !result.ok && result.problem.code === 'invalid_event' ? result.problem : null
    onReply?.(result)
  }

  return (
    <form
      noValidate
      {...rest}
      method="post"
      action={action}
      aria-busy={busy}
      onSubmit={(event) => {
        onSubmit?.(event)
        if (event.defaultPrevented) return
        event.preventDefault()
        void submit(event)
      }}
    >
      {/* As HTML, because React would replace the id in the server's page, and a click before that would be another event. */}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the id is our own, letters, digits and hyphens. */}
      <span hidden suppressHydrationWarning dangerouslySetInnerHTML={{ __html: opIdField(opId) }} />
      {step !== undefined && <input type="hidden" name="step" value={step} autoComplete="off" />}
      <input type="hidden" name="position" value={`${view.epoch}.${view.revision}`} autoComplete="off" />
      <input type="hidden" name="type" value={type} autoComplete="off" />
      {children}
    </form>
  )
}

/** When a definite answer came; undefined without one: the event may have been applied, so trying again must be the same one. */
function answeredAt(result: SendResult<View>): number | undefined {
  if (result.ok) return Date.now()
  const { status } = result.problem
  return status === 0 || status === 429 || status >= 500 ? undefined : Number.NEGATIVE_INFINITY
}

// Firefox would fill in the id of the last visit, hence autocomplete.
const opIdField = (opId: string) => `<input type="hidden" name="opId" value="${opId}" autocomplete="off">`
