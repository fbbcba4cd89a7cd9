'use client'
// The page of a session that this browser no longer has: the reason, and the next steps, as plain forms and links.

import { type ReactNode, useEffect, useRef } from 'react'
import type { FlowPages } from '../lib/flow-pages.ts'
import { type Gone, goneTitle } from '../lib/gone.ts'
import { ActionForm } from './action-form.tsx'
import { ButtonLink } from './link.tsx'
import { LocalTime } from './local-time.tsx'
import { StartOver } from './start-over.tsx'

type SessionGoneProps = {
  pages: FlowPages
  gone: Gone
  /** True where the page was open when it happened: then the heading is read out, and the title follows. */
  live?: boolean
}

export function SessionGone({ pages, gone, live = false }: SessionGoneProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const title = goneTitle(gone, pages)
  useEffect(() => {
    if (!live) return
    document.title = `${title} – ${pages.title}`
    heading.current?.focus()
  }, [live, title, pages.title])

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
  const { noun, url, base, handoffLabel } = pages
  const when = gone.at !== null && <LocalTime at={gone.at} as="moment" />
  const again = <StartOver pages={pages} label={`Start a new ${noun}`} then={base} />
  switch (gone.why) {
    case 'moved':
      return (
        <>
          <p className="lede">
            Your {noun} moved there{when && <> on {when}</>}, with all your answers. It is no longer shown here.
          </p>
          {gone.takeBack ? (
            <>
              <p>
                Nothing was entered there since, so you can take it back. It is then no longer shown on that device.
              </p>
              <ActionForm action={`${url}/take-back`}>Take it back to this device</ActionForm>
            </>
          ) : (
            <>
              <p>
                Something was entered there since. To continue here, choose “{handoffLabel}” there, then type its code
                here.
              </p>
              <ButtonLink href="/handoff">Continue from another device</ButtonLink>
            </>
          )}
          <p className="hint">You can also leave it there and start a new {noun} here.</p>
          {again}
        </>
      )
    case 'revoked':
      return (
        <>
          <p className="lede">
            {gone.to ?? 'Another device'} ended access from here{when && <> on {when}</>}. Your {noun} is saved there.
          </p>
          <p>To continue here after all, choose “{handoffLabel}” there, then type its code here.</p>
          <div className="actions">
            <ButtonLink href="/handoff">Continue from another device</ButtonLink>
            {again}
          </div>
        </>
      )
    case 'signed_out':
      return (
        <>
          <p className="lede">This {noun} belongs to an account that is not signed in here. It is saved there.</p>
          <div className="actions">
            <ButtonLink href={`/sign-in?next=${base}`}>Sign in</ButtonLink>
            {again}
          </div>
        </>
      )
    case 'expired':
      return (
        <>
          <p className="lede">
            {when ? <>That was on {when}. </> : null}We keep answers only for a while after the last one. They cannot be
            brought back.
          </p>
          {again}
        </>
      )
    case 'finished':
      return (
        <>
          <p className="lede">It is finished, and stays as it is.</p>
          {again}
        </>
      )
    case 'removed':
      return (
        <>
          <p className="lede">{when ? <>It was deleted on {when}. </> : null}Its answers cannot be brought back.</p>
          {again}
        </>
      )
  }
}
