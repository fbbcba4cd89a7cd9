'use client'
// The reason why there is no answer, and what to do about it.

import { useEffect, useState } from 'react'
import type { Trouble } from '../../flows/assistant/events.ts'
import type { Text } from '../../words/words.ts'
import { LocalTime } from '../local-time.tsx'
import { useWords } from '../words.tsx'

const sentences: Readonly<Record<Trouble['code'], readonly Text[]>> = {
  over_quota: ['The model takes no more questions just now.', 'Your question is kept.'],
  unavailable: ['The model could not be reached.', 'Your question is kept.'],
  broken_off: ['The answer broke off twice.', 'No half of it is kept, but your question is.'],
  nonsense: ['The model sent something that is no answer.', 'Your question is kept.'],
  document_encrypted: ['The document is protected by a password.', 'Save a copy without one, then choose that.'],
  document_unreadable: ['The document could not be read.', 'Open it on your device, save a copy, then choose that.'],
  document_without_text: ['The document holds no text, only pictures of it.', 'Choose one whose text can be selected.'],
  document_too_long: ['The document is too long.', 'Choose a part of it.'],
  document_lost: ['We could not find your document any more. That is our fault.', 'Choose it again.'],
  document_withdrawn: ['The document was withdrawn.', 'Choose another one.'],
  document_kept: [
    'The document before could not be deleted just now.',
    'Nobody can open it any more, and it is deleted within 91 days.',
  ],
}

export function TroubleNotice({ trouble: { code, retryAt } }: { trouble: Trouble }) {
  const { t, rich, sentences: inWords } = useWords()
  return (
    <div className="notice wrong" role="status">
      <h2 className="notice-title">{code.startsWith('document') ? t('Your document') : t('No answer')}</h2>
      <p>
        {code === 'over_quota' && retryAt !== null ? (
          <>
            {rich('The model takes no more questions until {time}.', { time: <LocalTime at={retryAt} /> })}{' '}
            {t('Your question is kept.')}
          </>
        ) : (
          inWords(sentences[code])
        )}
      </p>
    </div>
  )
}

/** True from the time `at` on, by the server's clock, which was at `now` when the page was made; null is past. */
export function useReached(at: number | null, now: number): boolean {
  const [reached, setReached] = useState(at === null || at <= now)
  const [opened] = useState(() => (typeof performance === 'undefined' ? 0 : performance.now()))
  useEffect(() => {
    const left = at === null ? 0 : at - now - (performance.now() - opened)
    setReached(left <= 0)
    if (left <= 0) return
    const timer = setTimeout(() => setReached(true), Math.min(left, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [at, now, opened])
  return reached
}
