'use client'
// The field for the next question, at the end of the page and in view where there is room.

import { FlowForm, type StepRefusal, type StepReply, useBusy } from 'dogear/react'
import { type KeyboardEvent, type SubmitEvent, useEffect, useRef, useState } from 'react'
import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { canWait } from '../../../flows/assistant/memory.ts'
import { ErrorSummary } from '../../error-summary.tsx'
import { describedBy, Field } from '../../field.tsx'
import { Notice } from '../../notice.tsx'
import { useWords } from '../../words.tsx'
import type { AssistantStep } from '../use-assistant.ts'
import { Unasked } from './unasked.tsx'

export function Composer({ step }: { step: AssistantStep }) {
  const { t, any } = useWords()
  const { flow, view, errors, problem, pages } = step
  const field = useRef<HTMLTextAreaElement>(null)
  // Each question has a form of its own. One that is typed before the last is taken has the form that is there.
  const [sent, setSent] = useState(0)
  const submitted = useRef('')
  useEffect(() => {
    if (sent > 0) field.current?.focus({ preventScroll: true })
  }, [sent])
  const busy = useBusy(flow, false)

  function checkRoom(event: SubmitEvent<HTMLFormElement>) {
    submitted.current = String(new FormData(event.currentTarget).get('text') ?? '')
    if (isRoom(view, submitted.current.trim())) return
    event.preventDefault()
    step.refuse(tooMany)
  }

  function onReply(reply: StepReply<AssistantView>) {
    const since = view.context.nextQuestion
    if (reply.ok && !isTaken(reply.view, { since, text: submitted.current })) return step.refuse(tooMany)
    step.onReply(reply)
    const isNext = flow.client.getSnapshot().busy || inLines(field.current?.value) !== inLines(submitted.current)
    if (reply.ok && !isNext) setSent((count) => count + 1)
  }

  return (
    <>
      <Notice code={problem === 'overtaken' ? undefined : (problem ?? undefined)} alert={step.alert} pages={pages} />
      <ErrorSummary errors={errors} alert={step.alert} />
      <FlowForm
        key={sent}
        {...step.form('question.asked')}
        className="composer"
        answers={null}
        onSubmit={checkRoom}
        onReply={onReply}
      >
        {({ values, conflict }) => {
          const error = errors.text && any(errors.text)
          const hint = t('Ctrl or ⌘ with Enter sends it.')
          return (
            <>
              <Field id="text" label={t('Your question')} error={error}>
                <textarea
                  ref={field}
                  id="text"
                  name="text"
                  rows={1}
                  dir="auto"
                  autoComplete="off"
                  enterKeyHint="enter"
                  defaultValue={String(values.text ?? '')}
                  onKeyDown={sendByKeys}
                  {...describedBy('text', hint, error)}
                />
              </Field>
              <Unasked conflict={conflict} />
              <div className="actions">
                <button type="submit" className="button">
                  {busy.phase === 'saving' && busy.slow ? t('Still saving…') : t('Ask')}
                </button>
                <p id="text-hint" className="hint keys">
                  {hint}
                </p>
              </div>
            </>
          )
        }}
      </FlowForm>
    </>
  )
}

/** Enter alone makes a new line: a question may have several. */
function sendByKeys(event: KeyboardEvent<HTMLTextAreaElement>) {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}

/** A form sends the ends of lines in another way than its field has them. */
const inLines = (text = ''): string => text.replaceAll('\r\n', '\n')

const tooMany: StepRefusal = { code: 'too_many_questions', issues: [] }

/** False for a question that had no room any more when it came: the conversation goes on without it. */
const isTaken = ({ context }: AssistantView, { since, text }: { since: number; text: string }): boolean =>
  [...context.questions, ...context.exchanges.map(({ id, question }) => ({ id, text: question }))].some(
    (one) => one.id >= since && inLines(one.text) === inLines(text).trim(),
  )

const isRoom = ({ context: { questions } }: AssistantView, text: string): boolean =>
  questions.length === 0 || canWait(questions, text)
