'use client'
// The session that a link or a code opens: its flow, progress, age and owner. It opens only when the person agrees.

import { useEffect, useRef } from 'react'
import { nameOf, pagesOf } from '../../flows/pages.ts'
import type { ArrivalState } from '../../lib/devices/actions.ts'
import { ageOf } from '../../lib/words.ts'
import { Ltr } from '../bidi.tsx'
import { Choice } from '../choice-field.tsx'
import { ErrorSummary } from '../error-summary.tsx'
import { Descriptions } from '../field.tsx'
import { Link } from '../link.tsx'
import { useAlert } from '../use-alert.ts'
import { useWords } from '../words.tsx'

type FoundProps = {
  state: Extract<ArrivalState, { kind: 'found' }>
  token: string | undefined
  action: (form: FormData) => void
  busy: boolean
}

export function Found({ state, token, action, busy }: FoundProps) {
  const words = useWords()
  const { t } = words
  const { look, code, unanswered } = state
  const heading = useRef<HTMLHeadingElement>(null)
  const alert = useAlert(state)
  const pages = pagesOf(nameOf(look))
  const { noun = 'order' } = pages ?? {}
  const title = look.here === 'same' ? t(`This ${noun} is open here already`) : t(`Continue this ${noun} here?`)
  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    document.title = `${title} – Marginalia`
  }, [title])
  if (!pages) return null
  const other = look.here !== null && look.here !== 'same' ? look.here : undefined
  const errors = unanswered && other ? { 'keep-other': t(`Choose which ${noun} you want here`) } : {}
  const changed = ({ title, updatedAt }: { title: string | null; updatedAt: number }) =>
    t('{step}, last changed {age}', {
      step: title ?? t('The first page'),
      age: ageOf(look.now - updatedAt, words),
    })
  const facts = [
    [t('What'), t(pages.title)],
    [t('Stopped at'), look.title ?? t('The first page')],
    [t('Last change'), ageOf(look.now - look.updatedAt, words)],
    [t('Started'), ageOf(look.now - look.createdAt, words)],
    [t('From'), look.from || t('Another device')],
    ...(look.owner ? [[t('Belongs to'), <Ltr key="owner">{look.owner}</Ltr>]] : []),
  ]
  return (
    <div className="stack measure">
      <ErrorSummary errors={errors} alert={alert} />
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      <dl className="answers fill">
        {facts.map(([label, value]) => (
          <div key={String(label)}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {look.here !== 'same' && (
        <p>
          {look.mode === 'move'
            ? t(`The other device then shows nothing of this ${noun} any more.`)
            : t('It stays open on the other device, too: each shows what the other enters.')}{' '}
          {t('Continue only if you began it yourself, or know who did.')}
        </p>
      )}
      <form action={action} className="fields" aria-busy={busy} noValidate>
        <input type="hidden" name="do" value="enter" />
        <input type="hidden" name="flow" value={pages.flow} />
        {token ? <input type="hidden" name="token" value={token} /> : <input type="hidden" name="code" value={code} />}
        {other && (
          <fieldset className="choices" aria-describedby={unanswered ? 'keep-error' : undefined}>
            <legend className="legend">
              {t(`This device has another ${noun} already. Which one do you want here?`)}
            </legend>
            <Descriptions id="keep" error={errors['keep-other']} />
            <Choice
              id="keep-other"
              name="keep"
              value="other"
              label={look.from ? t('The one from {device}', { device: look.from }) : t('The one from the other device')}
              hint={changed(look)}
            />
            <Choice id="keep-here" name="keep" value="here" label={t('The one that is here')} hint={changed(other)} />
            <p className="hint">
              {t(
                `You find the other ${noun} again on a device where it is open, or under “Saved” if you are signed in.`,
              )}
            </p>
          </fieldset>
        )}
        <div className="actions">
          <button type="submit" className="button">
            {look.here === 'same' || other ? t('Continue') : t('Continue here')}
          </button>
          <Link href="/">{t('Not now')}</Link>
        </div>
      </form>
    </div>
  )
}
