// A form that sends one event: as a plain form without JavaScript, as JSON with it.

'use client'

import type { ComponentProps, JSX, ReactNode, SubmitEvent } from 'react'
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createOpId, isTransient, type SendResult } from '../client/index.ts'
import { positionText } from '../position.ts'
import type { Problem, View, ViewIssue } from '../wire.ts'
import type { Conflict } from './form-drafts.ts'
import { byName, type FieldValue, formDraft, formValues, toField, valuesIn } from './form-values.ts'
import type { FlowHandle } from './use-flow.ts'
import { useFormDrafts } from './use-form-drafts.ts'

/**
 * The values that the fields of a form should show, by their names: `address.street`, `people[0].name`. `issues` are
 * those of its draft; `conflict`: values from elsewhere that differ from those typed.
 */
export type FlowFormState = {
  readonly values: Readonly<Record<string, FieldValue | undefined>>
  readonly issues: readonly ViewIssue[]
  readonly conflict: Conflict | null
}

/** The props of `FlowForm`, beside those of a `form`. Those of `step.form(type)` say which flow, step and event. */
export type FlowFormProps<V extends View, E extends { type: string }> = Omit<
  ComponentProps<'form'>,
  'action' | 'method' | 'encType' | 'children'
> & {
  /** The result of `useFlow`. */
  flow: FlowHandle<V, E>
  /** The event's type; the fields are its payload. */
  type: E['type']
  /**
   * Tells forms of one event at one step apart, such as the rows of a list: each has a draft of its own. Several on one
   * page without names keep none.
   */
  name?: string | undefined
  /** The id of the step this form belongs to. Default: the current one. */
  step?: string | undefined
  /** Where the form goes without JavaScript. Default: the flow's URL and `/events`. */
  action?: string | undefined
  /**
   * The submitted values of the step, as its event has them; null if none. With them, fields follow other devices.
   */
  answers?: object | null | undefined
  /** Saves typed values as a draft (true), never those of passwords, files, card fields or inside `data-secret`. */
  autosave?: boolean | undefined
  /** Called with every answer, accepted or refused; the place to navigate or to move the focus. */
  onReply?: ((result: SendResult<V>) => void) | undefined
  /** Called when others have changed what was typed here, and with null once that is settled. */
  onConflict?: ((conflict: Conflict | null) => void) | undefined
  children?: ReactNode | ((form: FlowFormState) => ReactNode)
}

// A second click of a double click may come after the answer to the first; it still means the same submission.
const doubleClickMs = 1000
// No clock shows a later time.
const forever = 9e15

/**
 * `until`: as long as it takes, the same values are the same submission, which may have been applied. `stayed`: its
 * answer has left the person at the step of the form, as in a list.
 */
type Submission = { key: string; opId: string; until: number; sending?: boolean; stayed?: boolean }

/**
 * A real `<form method="post">` around fields and a submit button. Busy, never disabled; typed values stay after a
 * refusal. Submitting the same values again is one event.
 *
 * Typed values are saved as a draft. Of several devices the one that typed last wins, field by field: what arrives is
 * shown in a field that is saved and left. It never replaces without asking (`conflict`) what is unsaved or being
 * edited, and no typed value once the step was submitted elsewhere. Fields keep their own state: give them
 * `defaultValue`s, from `values` if the children are a function.
 */
export function FlowForm<V extends View, E extends { type: string }>(props: FlowFormProps<V, E>): JSX.Element {
  const {
    flow,
    type,
    name,
    step = flow.view.step ?? undefined,
    action = `${flow.client.url}/events`,
    answers,
    autosave = true,
    onReply,
    onConflict,
    onSubmit,
    children,
    ...rest
  } = props
  const { client, view, busy } = flow
  const form = { step: step ?? '', form: name ? `${type}#${name}` : type }
  const given = answers && byName(JSON.parse(JSON.stringify(answers)))
  const [opId] = useState(createOpId)
  const coming = useRef<string>(undefined)
  const last = useRef<Submission>(null)
  // The clicks so far in a row, as the browser counts them: 2 for the second one of a double click, 0 for a key.
  const clicks = useRef(0)
  const refusal = useRef<Problem<V>>(null)
  const marker = useRef<HTMLSpanElement>(null)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const [generation, setGeneration] = useState(0)

  // The id in the server's HTML counts: a click before hydration has sent it.
  function nextOpId(): string {
    coming.current ??= formOf(marker.current).querySelector<HTMLInputElement>('[name="dogear.opId"]')?.value ?? opId
    return coming.current
  }

  const drafts = useFormDrafts({
    client,
    step: form.step,
    type: form.form,
    autosave: autosave && step !== undefined,
    // An unanswered submission may have been applied. Under its id a late draft of the same values changes nothing.
    opId: (typed) => (!typed && last.current?.until === forever && last.current.opId) || nextOpId(),
    onConflict(next) {
      setConflict(next)
      onConflict?.(next)
    },
    onRenew: () => setGeneration((count) => count + 1),
  })
  useLayoutEffect(() => drafts?.start(formOf(marker.current), generation), [drafts, generation])
  const { problem } = flow.draft
  const rewound = flow.problem?.code === 'rewound'
  useEffect(() => drafts?.follow({ view, answers: given, busy, problem, rewound }))

  // A problem with invalid values belongs to this form, so it goes with it.
  useEffect(
    () => () => {
      if (client.getSnapshot().problem === refusal.current) client.dismiss()
    },
    [client],
  )

  function toSubmission(key: string): Submission {
    const before = last.current
    const isNew = before?.key !== key || Date.now() > before.until || (before.stayed && clicks.current === 1)
    if (!isNew) return before
    const opId = nextOpId()
    coming.current = createOpId()
    return { key, opId, until: forever }
  }

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    const data = new FormData(event.currentTarget, (event.nativeEvent as globalThis.SubmitEvent).submitter)
    const values = formValues(data)
    const submission = toSubmission(JSON.stringify([form, values]))
    if (submission.sending) return
    last.current = submission
    submission.sending = true
    const options = { step, opId: submission.opId, draft: drafts?.submit() ?? {}, form: name ? form.form : undefined }
    const result = await client.send({ 'dogear.type': values.type, ...values, type } as unknown as E, options)
    submission.sending = false
    refusal.current = null
    if (result.ok) {
      submission.until = Date.now() + doubleClickMs
      submission.stayed = result.view.step === step
    } else {
      if (!isTransient(result.problem)) submission.until = 0
      if (result.problem.code === 'invalid_event') refusal.current = result.problem
    }
    // The form waits for the answer to what it sent last.
    if (last.current === submission) drafts?.answered(result)
    onReply?.(result)
  }

  // A session that is gone has no values. Keep the last ones, because React would empty the fields nobody typed into.
  const shown = useRef<{ session: string | null; values: FlowFormState['values'] }>(null)
  if (view.tag !== null || !shown.current?.session)
    shown.current = { session: view.tag, values: shownValues(view, form, given) }
  const { values } = shown.current
  const issues = formDraft(form, view)?.issues ?? []

  return (
    <form
      noValidate
      onClickCapture={({ detail }) => {
        clicks.current = detail
      }}
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
      {/* As HTML: React would replace the server's id, and a click before that would be another event. */}
      <span
        ref={marker}
        hidden
        suppressHydrationWarning
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the id is our own, letters, digits and hyphens.
        dangerouslySetInnerHTML={{ __html: opIdField(opId) }}
      />
      {Object.entries({ step: form.step, type: form.form, position: positionText(view), version: view.version }).map(
        ([key, value]) => (
          <input key={key} type="hidden" name={`dogear.${key}`} value={value} autoComplete="off" />
        ),
      )}
      <Fragment key={generation}>
        {typeof children === 'function' ? children({ values, issues, conflict }) : children}
      </Fragment>
    </form>
  )
}

/** The values the fields of a form should show. */
function shownValues(view: View, form: Parameters<typeof valuesIn>[0], answers: object | null | undefined) {
  const values = Object.entries(valuesIn(form, { view, answers }))
  return Object.fromEntries(values.map(([name, value]) => [name, toField(value)]))
}

// The marker is inside the form from the first render on.
const formOf = (marker: HTMLElement | null): HTMLFormElement => marker?.closest('form') as HTMLFormElement

// Firefox would fill in the id of the last visit, hence autocomplete.
const opIdField = (opId: string) => `<input type="hidden" name="dogear.opId" value="${opId}" autocomplete="off">`
