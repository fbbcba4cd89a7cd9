'use client'
// The fields that changed elsewhere while they were filled in here, and the choice between the two answers.

import type { Conflict, FieldValue } from 'dogear/react'
import { byItselfId } from './notice.tsx'

type ConflictBannerProps = {
  conflict: Conflict
  labels: Readonly<Record<string, string>>
}

export function ConflictBanner({ conflict: { fields, submitted, keepMine, takeTheirs }, labels }: ConflictBannerProps) {
  return (
    <section id={byItselfId} tabIndex={-1} className="notice by-itself" aria-labelledby="conflict-title">
      <div role="status">
        <h2 id="conflict-title">Changed elsewhere</h2>
        <p>
          This page was {submitted ? 'answered' : 'changed'} in another tab or on another device while you were filling
          it in. Your own answers are still here; sending the page keeps them.
        </p>
      </div>
      <table className="conflict">
        <thead>
          <tr>
            <td />
            <th scope="col">Here</th>
            <th scope="col">There</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, mine, theirs }) => (
            <tr key={name}>
              <th scope="row">{labels[name] ?? name}</th>
              <td>{shown(mine)}</td>
              <td>{shown(theirs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="actions">
        <button type="button" className="button quiet" onClick={keepMine}>
          Keep mine
        </button>
        <button type="button" className="button quiet" onClick={takeTheirs}>
          Take theirs
        </button>
      </div>
    </section>
  )
}

function shown(value: FieldValue) {
  const text = typeof value === 'string' ? value : value.join(', ')
  return text || <span className="hint">Nothing</span>
}
