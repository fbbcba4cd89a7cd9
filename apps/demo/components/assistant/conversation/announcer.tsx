'use client'
// The answers for those who listen: each is read out once, when it is whole.

import { useEffect, useRef, useState } from 'react'
import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { useWords } from '../../words.tsx'

// Long enough to be read into a queue. It is not there twice for people who go through the page.
const keptMs = 10_000

export function Announcer({ context: { exchanges, questions } }: Pick<AssistantView, 'context'>) {
  const { t } = useWords()
  const [said, setSaid] = useState('')
  const last = exchanges.at(-1)
  const open = questions[0]
  const told = useRef({ answered: last?.id ?? 0, opened: open?.id ?? 0 })

  useEffect(() => {
    const news: string[] = []
    if (last && last.id > told.current.answered)
      news.push(
        last.answer === null
          ? t('The answer to “{question}” was stopped.', { question: last.question })
          : t('Answer to “{question}”: {answer}', { question: last.question, answer: plain(last.answer) }),
      )
    if (open && open.id > told.current.opened) news.push(t('“{question}” is being answered.', { question: open.text }))
    told.current = {
      answered: Math.max(told.current.answered, last?.id ?? 0),
      opened: Math.max(told.current.opened, open?.id ?? 0),
    }
    if (news.length > 0) setSaid(news.join(' '))
  }, [last, open, t])

  useEffect(() => {
    if (said === '') return
    const timer = setTimeout(() => setSaid(''), keptMs)
    return () => clearTimeout(timer)
  }, [said])

  return (
    <div role="log" aria-live="polite" className="visually-hidden">
      {said !== '' && <p key={said}>{said}</p>}
    </div>
  )
}

/** Numbers of passages are for the eye. */
const plain = (answer: string): string => answer.replace(/\s*\[\d+\]/g, '')
