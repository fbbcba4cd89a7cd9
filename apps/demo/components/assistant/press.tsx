'use client'
// One press about a question, such as Stop: a form without fields, after which the focus is at the question.

import { FlowForm } from 'dogear/react'
import type { ReactNode } from 'react'
import type { AssistantView } from '../../flows/assistant/flow.ts'
import { questionId } from './conversation/exchange.tsx'
import type { AssistantStep } from './use-assistant.ts'

type PressProps = {
  step: AssistantStep
  type: AssistantView['accepts'][number]
  look?: 'button' | 'button quiet' | 'link-button'
  children: ReactNode
}

export function Press({ step, type, look = 'button quiet', children }: PressProps) {
  return (
    <FlowForm
      flow={step.flow}
      step="conversation"
      type={type}
      autosave={false}
      onReply={(reply) => {
        // The answer was faster than the press, or another device: the page shows so.
        const late = !reply.ok && ['not_accepted', 'stale_step'].includes(reply.problem.code)
        if (!late) step.onReply(reply)
        if (reply.ok) focusOnQuestion(reply.view)
      }}
    >
      <button type="submit" className={look}>
        {children}
      </button>
    </FlowForm>
  )
}

/** The button that was pressed is gone, so the focus goes to the question that it was about. */
export function focusOnQuestion({ context: { questions, exchanges } }: AssistantView): void {
  const id = questions[0]?.id ?? exchanges.at(-1)?.id
  if (id === undefined) return
  requestAnimationFrame(() => document.getElementById(questionId(id))?.focus({ preventScroll: true }))
}
