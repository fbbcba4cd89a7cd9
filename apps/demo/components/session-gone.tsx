'use client'
// The page of a session that this browser no longer has: the reason, and the next steps, as plain forms and links.

import { type ReactNode, useEffect, useRef } from 'react'
import type { FlowPages } from '../lib/flow-pages.ts'
import { type Gone, goneTitle } from '../lib/gone.ts'
import { ActionForm } from './action-form.tsx'
import { ButtonLink } from './link.tsx'
import { LocalTime } from './local-time.tsx'
import { StartOver } from './start-over.tsx'
import { useWords } from './words.tsx'

type SessionGoneProps = {
  pages: FlowPages
  gone: Gone
  /** True where the page was open when it happened: then the heading is read out, and the title follows. */
  live?: boolean
}

export function SessionGone({ pages, gone, live = false }: SessionGoneProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { t } = useWords()
  const title = goneTitle(t, gone, pages)
  const whole = t(pages.title)
  useEffect(() => {
    if (!live) return
    document.title = `${title} – ${whole}`
    heading.current?.focus()
  }, [live, title, whole])

  return (
    <div className="stack measure" data-gone={gone.why}>
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      <Explained pages={pages} gone={gone} />
    </div>
  )
}

function Explained({ pages, gone }: { pages: FlowPages; gone: Gone }): ReactNode {
  const { t, rich } = useWords()
  const { noun, url, base } = pages
  const when = gone.at !== null && <LocalTime at={gone.at} as="moment" />
  const again = <StartOver pages={pages} label={`Start a new ${noun}`} then={base} />
  const label = t(pages.handoffLabel)
  const device = <bdi>{gone.to ?? t('Another device')}</bdi>
  switch (gone.why) {
    case 'moved':
      return (
        <>
          <p className="lede">
            {when
              ? rich(`Your ${noun} moved there on {when}, with all your answers.`, { when })
              : t(`Your ${noun} moved there, with all your answers.`)}{' '}
            {t('It is no longer shown here.')}
          </p>
          {gone.takeBack ? (
            <>
              <p>
                {t('Nothing was entered there since, so you can take it back.')}{' '}
                {t('It is then no longer shown on that device.')}
              </p>
              <ActionForm action={`${url}/take-back`}>{t('Take it back to this device')}</ActionForm>
            </>
          ) : (
            <>
              <p>
                {t('Something was entered there since.')}{' '}
                {t('To continue here, choose “{label}” there, then type its code here.', { label })}
              </p>
              <ButtonLink href="/handoff">{t('Continue from another device')}</ButtonLink>
            </>
          )}
          <p className="hint">{t(`You can also leave it there and start a new ${noun} here.`)}</p>
          {again}
        </>
      )
    case 'revoked':
      return (
        <>
          <p className="lede">
            {when
              ? rich('{device} ended access from here on {when}.', { device, when })
              : rich('{device} ended access from here.', { device })}{' '}
            {t(`Your ${noun} is saved there.`)}
          </p>
          <p>{t('To continue here after all, choose “{label}” there, then type its code here.', { label })}</p>
          <div className="actions">
            <ButtonLink href="/handoff">{t('Continue from another device')}</ButtonLink>
            {again}
          </div>
        </>
      )
    case 'signed_out':
      return (
        <>
          <p className="lede">
            {t(`This ${noun} belongs to an account that is not signed in here.`)} {t('It is saved there.')}
          </p>
          <div className="actions">
            <ButtonLink href={`/sign-in?next=${base}`}>{t('Sign in')}</ButtonLink>
            {again}
          </div>
        </>
      )
    case 'expired':
      return (
        <>
          <p className="lede">
            {when && <>{rich('That was on {when}.', { when })} </>}
            {t('We keep answers only for a while after the last one.')} {t('They cannot be brought back.')}
          </p>
          {again}
        </>
      )
    case 'finished':
      return (
        <>
          <p className="lede">{t('It is finished, and stays as it is.')}</p>
          {again}
        </>
      )
    case 'removed':
      return (
        <>
          <p className="lede">
            {when && <>{rich('It was deleted on {when}.', { when })} </>}
            {t('Its answers cannot be brought back.')}
          </p>
          {again}
        </>
      )
  }
}
