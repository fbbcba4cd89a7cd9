'use client'
// The session that a link or a code opens: its flow, progress, age and owner. It opens only when the person agrees.

import { useEffect, useRef } from 'react'
import { pagesOf } from '../../flows/pages.ts'
import type { ArrivalState } from '../../lib/devices/actions.ts'
import { ageOf } from '../../lib/words.ts'
import { Choice } from '../choice-field.tsx'
import { ErrorSummary } from '../error-summary.tsx'
import { Descriptions } from '../field.tsx'
import { Link } from '../link.tsx'
import { useAlert } from '../use-alert.ts'

type FoundProps = {
  state: Extract<ArrivalState, { kind: 'found' }>
  token: string | undefined
  action: (form: FormData) => void
  busy: boolean
}

export function Found({ state, token, action, busy }: FoundProps) {
  const { look, code, unanswered } = state
  const heading = useRef<HTMLHeadingElement>(null)
  const alert = useAlert(state)
  const pages = pagesOf(look.flow)
  const title = look.here === 'same' ? `This ${pages?.noun} is open here already` : `Continue this ${pages?.noun} here?`
  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    document.title = `${title} – Marginalia`
  }, [title])
  if (!pages) return null
  const { noun } = pages
  const other = look.here !== null && look.here !== 'same' ? look.here : undefined
  const errors = unanswered && other ? { 'keep-other': `Choose which ${noun} you want here` } : {}
  const facts = [
    ['What', pages.title],
    ['Stopped at', look.title ?? 'The first page'],
    ['Last change', ageOf(look.now - look.updatedAt)],
    ['Started', ageOf(look.now - look.createdAt)],
    ['From', look.from || 'Another device'],
    ...(look.owner ? [['Belongs to', look.owner]] : []),
  ]
  return (
    <div className="stack measure">
      <ErrorSummary errors={errors} alert={alert} />
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      <dl className="answers fill">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {look.here !== 'same' && (
        <p>
          {look.mode === 'move'
            ? `The other device then shows nothing of this ${noun} any more.`
            : 'It stays open on the other device, too: each shows what the other enters.'}{' '}
          Continue only if you began it yourself, or know who did.
        </p>
      )}
      <form action={action} className="fields" aria-busy={busy} noValidate>
        <input type="hidden" name="do" value="enter" />
        <input type="hidden" name="flow" value={look.flow} />
        {token ? <input type="hidden" name="token" value={token} /> : <input type="hidden" name="code" value={code} />}
        {other && (
          <fieldset className="choices" aria-describedby={unanswered ? 'keep-error' : undefined}>
            <legend className="legend">This device has another {noun} already. Which one do you want here?</legend>
            <Descriptions id="keep" error={errors['keep-other']} />
            <Choice
              id="keep-other"
              name="keep"
              value="other"
              label={`The one from ${look.from || 'the other device'}`}
              hint={`${look.title ?? 'The first page'}, last changed ${ageOf(look.now - look.updatedAt)}`}
            />
            <Choice
              id="keep-here"
              name="keep"
              value="here"
              label="The one that is here"
              hint={`${other.title ?? 'The first page'}, last changed ${ageOf(look.now - other.updatedAt)}`}
            />
            <p className="hint">
              You find the other {noun} again on a device where it is open, or under “Saved” if you are signed in.
            </p>
          </fieldset>
        )}
        <div className="actions">
          <button type="submit" className="button">
            {look.here === 'same' || other ? 'Continue' : 'Continue here'}
          </button>
          <Link href="/">Not now</Link>
        </div>
      </form>
    </div>
  )
}
