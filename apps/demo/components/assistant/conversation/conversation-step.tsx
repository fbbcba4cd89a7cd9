'use client'
// The conversation: every question with its answer, the answer that is being written, and the field for the next one.

import { withProgress } from 'dogear/react'
import { useRef, useState } from 'react'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { SavedIndicator } from '../../saved-indicator.tsx'
import { SessionExpiry } from '../../session-expiry.tsx'
import { SessionGone } from '../../session-gone.tsx'
import { useWords } from '../../words.tsx'
import { DocumentBeside, DocumentOnTop } from '../document/about-document.tsx'
import { PassagesProvider } from '../document/passages.tsx'
import { Press } from '../press.tsx'
import { type AssistantProps, type AssistantStep, useAssistant } from '../use-assistant.ts'
import { Announcer } from './announcer.tsx'
import { Composer } from './composer.tsx'
import { Earlier } from './earlier.tsx'
import { EditQuestion } from './edit-question.tsx'
import { Exchange } from './exchange.tsx'
import { OpenQuestion, WaitingQuestion } from './open-question.tsx'
import { Reloading } from './reloading.tsx'
import { useHeldAnswer } from './use-held-answer.ts'
import { useNewest } from './use-newest.ts'

type ConversationProps = AssistantProps & {
  /** The first passage of each page of the document. */
  pageStarts: readonly number[]
  /** True where the page of an answer that comes does not load itself anew, for people without scripts who type. */
  still: boolean
}

export function ConversationStep({ pageStarts, still, ...props }: ConversationProps) {
  const { t } = useWords()
  const step = useAssistant({ ...props, progress: withProgress(props.initial) })
  const { view, flow, heading } = step
  const { exchanges, questions, extract } = view.context
  const [goneAtFirst] = useState(view.gone)
  const [open, ...waiting] = questions
  const text = useHeldAnswer(open?.id, flow.progress.answer)
  const end = useRef<HTMLDivElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const atEnd = useNewest({ end, below }, `${text.length} ${view.revision}`)
  if (view.gone) return <SessionGone pages={pages} gone={view.gone} live={goneAtFirst === null} />

  const last = exchanges.at(-1)
  return (
    <PassagesProvider count={extract?.passages ?? 0} starts={pageStarts}>
      <div className="columns conversation" data-reloads={view.pending.length > 0 && !still}>
        <div className="talk">
          <h1 {...heading}>{t('Conversation')}</h1>
          <DocumentOnTop context={view.context} />
          <Earlier context={view.context} />
          <div className="exchanges">
            {exchanges.length === 0 && !open && <p className="lede">{t('Ask anything that the document may tell.')}</p>}
            {exchanges.map((exchange) => (
              <Exchange key={exchange.id} exchange={exchange}>
                {exchange === last && !open && view.pending.length === 0 && <Afterwards step={step} />}
              </Exchange>
            ))}
            {open && <OpenQuestion key={open.id} step={step} question={open} text={text} />}
            {waiting.map((question) => (
              <WaitingQuestion key={question.id} question={question} />
            ))}
          </div>
          {view.tags.includes('resting') && (
            <p className="notice" role="status">
              {t('Nothing was asked for a while. All of it is kept: go on whenever you like.')}
            </p>
          )}
          <div ref={end} id="newest" tabIndex={-1} />
          <div ref={below} className="below">
            <a className="newest" href="#newest" data-shown={!atEnd}>
              {t('Newest')}
            </a>
            {view.pending.length > 0 && <Reloading still={still} />}
            <Composer step={step} />
            <SavedIndicator step={step} labels={{ text: t('Your question') }} />
          </div>
          <SessionExpiry step={step} />
          <Announcer context={view.context} />
        </div>
        <DocumentBeside context={view.context} />
      </div>
    </PassagesProvider>
  )
}

/** The last exchange may be had anew. */
function Afterwards({ step }: { step: AssistantStep }) {
  const { t } = useWords()
  const last = step.view.context.exchanges.at(-1)
  if (!last) return null
  return (
    <div className="exchange-actions">
      <Press step={step} type="answer.repeated" look="link-button">
        {t('Ask again')}
      </Press>
      <EditQuestion key={last.id} step={step} question={{ id: last.id, text: last.question }} />
    </div>
  )
}
