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

type Submission = { key: string; opId: string; answeredAt: number | undefined }

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
    if (!before) return { key, opId: rendered, answeredAt: undefined }
    const again =
      before.key === key && (before.answeredAt === undefined || Date.now() - before.answeredAt < doubleClickMs)
    return again ? before : { key, opId: createOpId(), answeredAt: undefined }
  }

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    const data = new FormData(event.currentTarget, (event.nativeEvent as globalThis.SubmitEvent).submitter)
    const values = formValues(data)
    const submission = toSubmission(JSON.stringify([step, type, values]), String(data.get('opId')))
    last.current = submission
    const result = await client.send({ ...values, type } as unknown as E, {
      opId: submission.opId,
      ...(step === undefined ? {} : { step }),
    })
    // Without a definite answer the event may have been applied: the next attempt has to be the same one.
    const unknown =
      !result.ok && (result.problem.status === 0 || result.problem.status === 429 || result.problem.status >= 500)
    if (!unknown) submission.answeredAt = result.ok ? Date.now() : Number.NEGATIVE_INFINITY
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
      {/* Server and browser mint different ids; either will do. Firefox would bring back the one of the last visit. */}
      <input type="hidden" name="opId" value={opId} autoComplete="off" suppressHydrationWarning />
      {step !== undefined && <input type="hidden" name="step" value={step} autoComplete="off" />}
      <input type="hidden" name="position" value={`${view.epoch}.${view.revision}`} autoComplete="off" />
      <input type="hidden" name="type" value={type} autoComplete="off" />
      {children}
    </form>
  )
}
