'use client'
// Handing a session over: asks how, then shows the link as a QR code, as text, and as a code to type.

import type { View } from 'dogear'
import { type FlowHandle, useExpiry, useFlow } from 'dogear/react'
import { useActionState, useEffect, useRef, useState } from 'react'
import { type HandoffState, issueHandoff } from '../../lib/devices/actions.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { lengthOf } from '../../lib/words.ts'
import type { Text } from '../../words/words.ts'
import { Ltr } from '../bidi.tsx'
import { Choice } from '../choice-field.tsx'
import { LocalTime } from '../local-time.tsx'
import { useWords } from '../words.tsx'
import { CopyButton } from './copy-button.tsx'
import { ProblemNotice } from './problem-notice.tsx'

type HandoffFormProps = { pages: FlowPages; view: View; codePage: string }

export function HandoffForm({ pages, view, codePage }: HandoffFormProps) {
  const { t, sentences } = useWords()
  const [state, action, busy] = useActionState(issueHandoff, { kind: 'none' })
  const issued = state.kind === 'issued' ? state : undefined
  const problem = state.kind === 'none' ? state.problem : undefined
  // The first typed values create the session. While they are being saved there may be nothing to hand over yet.
  const flow = useFlow<View>({ url: pages.url, view })
  const saving = flow.draft.state === 'saving'
  const form = useRef<HTMLFormElement>(null)
  const [waiting, setWaiting] = useState(false)
  useEffect(() => {
    if (!waiting || saving) return
    setWaiting(false)
    form.current?.requestSubmit()
  }, [waiting, saving])
  return (
    <>
      {problem && <ProblemNotice code={problem} />}
      {issued && <Issued key={issued.code} issued={issued} codePage={codePage} flow={flow} />}
      <form
        ref={form}
        action={action}
        className="fields"
        aria-busy={busy || waiting}
        onSubmit={(event) => {
          if (!saving) return
          event.preventDefault()
          setWaiting(true)
        }}
      >
        <input type="hidden" name="flow" value={pages.flow} />
        <fieldset className="choices">
          <legend className="legend">{t('What happens on this device?')}</legend>
          {modes(pages.noun).map(({ value, label, hint }) => (
            <Choice
              key={value}
              id={`mode-${value}`}
              name="mode"
              value={value}
              label={t(label)}
              hint={sentences(hint)}
              defaultChecked={value === (issued?.mode ?? 'move')}
            />
          ))}
        </fieldset>
        <div>
          <button type="submit" className={issued ? 'button quiet' : 'button'}>
            {issued ? t('Make a new link and code') : t('Make a link and a code')}
          </button>
        </div>
      </form>
    </>
  )
}

type Mode = { value: string; label: Text; hint: readonly Text[] }

const modes = (noun: FlowPages['noun']): Mode[] => [
  {
    value: 'move',
    label: 'Move it',
    hint: [
      `Your ${noun} is no longer shown here once the other device has opened it.`,
      'You can take it back until something is entered there.',
    ],
  },
  {
    value: 'join',
    label: 'Use both',
    hint: [`Both devices show the same ${noun}, and each shows what the other enters.`],
  },
]

type IssuedProps = { issued: Extract<HandoffState, { kind: 'issued' }>; codePage: string; flow: FlowHandle }

function Issued({ issued: { url, code, qr, expiresAt, now }, codePage, flow }: IssuedProps) {
  const words = useWords()
  const { t, rich } = words
  const heading = useRef<HTMLHeadingElement>(null)
  // With a script the page stays where it was: say what is new.
  useEffect(() => heading.current?.focus(), [])
  const [ended, setEnded] = useState(false)
  const ends = { ...flow, view: { ...flow.view, expiresAt: ended ? null : expiresAt } }
  const { leftMs, over } = useExpiry({ flow: ends, now }, { every: true })
  if (over && !ended) setEnded(true)
  if (over || ended)
    return (
      <div className="notice" role="status">
        <h2>{t('This link and this code have run out')}</h2>
        <p>{t('Nobody used them. Make new ones below.')}</p>
      </div>
    )
  return (
    <section className="handoff sheet dogear" aria-labelledby="handoff-title">
      <h2 id="handoff-title" tabIndex={-1} ref={heading}>
        {t('Open it on the other device')}
      </h2>
      <p className="hint">
        {rich('Use one of these. They work once, until {when} ({time} left).', {
          when: <LocalTime at={expiresAt} />,
          time: lengthOf(leftMs ?? expiresAt - now, words),
        })}
      </p>
      <div className="handoff-ways">
        <div>
          <h3>{t('Scan')}</h3>
          <div
            className="qr"
            role="img"
            aria-label={t('QR code of the link')}
            // biome-ignore lint/security/noDangerouslySetInnerHtml: drawn on our server from our own link.
            dangerouslySetInnerHTML={{ __html: qr }}
          />
        </div>
        <div className="stack">
          <div>
            <h3>{t('Or type')}</h3>
            <p className="hint">{rich('At {address}', { address: <Ltr>{codePage}</Ltr> })}</p>
            <p className="code big-code" data-handoff-code>
              <Ltr>{code}</Ltr>
            </p>
          </div>
          <div className="field fill">
            <label htmlFor="handoff-link">{t('Or send yourself the link')}</label>
            <input
              id="handoff-link"
              type="text"
              dir="ltr"
              readOnly
              value={url}
              onFocus={(event) => event.target.select()}
            />
            <CopyButton text={url} />
          </div>
        </div>
      </div>
    </section>
  )
}
