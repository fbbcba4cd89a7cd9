'use client'
// The fields that changed elsewhere while they were filled in here, and the choice between the two answers.

import type { Conflict, FieldValue } from 'dogear/react'
import type { Words } from '../words/words.ts'
import { byItselfId } from './notice.tsx'
import { useWords } from './words.tsx'

type ConflictBannerProps = {
  conflict: Conflict
  labels: Readonly<Record<string, string>>
}

export function ConflictBanner({ conflict: { fields, submitted, keepMine, takeTheirs }, labels }: ConflictBannerProps) {
  const words = useWords()
  const { t } = words
  return (
    <section id={byItselfId} tabIndex={-1} className="notice by-itself" aria-labelledby="conflict-title">
      <div role="status">
        <h2 id="conflict-title">{t('Changed elsewhere')}</h2>
        <p>
          {submitted
            ? t('This page was answered in another tab or on another device while you were filling it in.')
            : t('This page was changed in another tab or on another device while you were filling it in.')}{' '}
          {t('Your own answers are still here; sending the page keeps them.')}
        </p>
      </div>
      <table className="conflict">
        <thead>
          <tr>
            <td />
            <th scope="col">{t('Here')}</th>
            <th scope="col">{t('There')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, mine, theirs }) => (
            <tr key={name}>
              <th scope="row">{labels[name] ?? name}</th>
              <td>{shown(mine, words)}</td>
              <td>{shown(theirs, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="actions">
        <button type="button" className="button quiet" onClick={keepMine}>
          {t('Keep mine')}
        </button>
        <button type="button" className="button quiet" onClick={takeTheirs}>
          {t('Take theirs')}
        </button>
      </div>
    </section>
  )
}

function shown(value: FieldValue, { t }: Words) {
  const text = typeof value === 'string' ? value : value.join(', ')
  return text ? <bdi>{text}</bdi> : <span className="hint">{t('Nothing')}</span>
}
