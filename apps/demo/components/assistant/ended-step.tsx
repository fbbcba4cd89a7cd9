'use client'
// The end of a conversation, with what was said in it last.

import { assistantPages } from '../../flows/assistant/pages.ts'
import { StartOverLink } from '../start-over.tsx'
import { StepPage } from '../step-page.tsx'
import { useWords } from '../words.tsx'
import { Exchange } from './conversation/exchange.tsx'
import { type AssistantProps, useAssistant } from './use-assistant.ts'

export function EndedStep(props: AssistantProps) {
  const { t } = useWords()
  const step = useAssistant(props)
  const { exchanges } = step.view.context
  return (
    <StepPage step={step} title={t('The conversation has ended')}>
      <p className="lede">{t('It takes no more questions.')}</p>
      {exchanges.length > 0 && (
        <div className="exchanges fill">
          {exchanges.map((exchange) => (
            <Exchange key={exchange.id} exchange={exchange} />
          ))}
        </div>
      )}
      <StartOverLink pages={assistantPages} label="Start a new conversation" />
    </StepPage>
  )
}
