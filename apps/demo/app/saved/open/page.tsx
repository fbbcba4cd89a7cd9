// The question before a saved session takes the place of another one in this browser.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ActionForm } from '../../../components/action-form.tsx'
import { Link } from '../../../components/link.tsx'
import { pagesOf } from '../../../flows/pages.ts'
import { openSaved } from '../../../lib/devices/actions.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { savedSession, savedSessions } from '../../../lib/saved.ts'
import { http } from '../../../lib/server.ts'
import { ageOf } from '../../../lib/words.ts'

type OpenProps = { searchParams: SearchParams }

const question = (noun: string) => `Which ${noun} do you want here?`

export async function generateMetadata({ searchParams }: OpenProps): Promise<Metadata> {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  return { title: `${question(pagesOf(saved?.flow)?.noun ?? '')} – Marginalia` }
}

export default async function Open({ searchParams }: OpenProps) {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const pages = pagesOf(saved?.flow)
  if (!saved || !pages) redirect('/saved?problem=not_found')
  const { flow, session } = saved
  const { noun, base } = pages
  const now = http.engine.now()
  // The session of this browser, if it is the account's, too.
  const here = (await savedSessions())?.find((other) => other.flow === flow && other.here)
  const told = ({ title, updatedAt }: typeof saved) => `${title ?? 'finished'}, last changed ${ageOf(now - updatedAt)}`
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{question(noun)}</h1>
      <p className="lede">This browser has another {noun} open.</p>
      <p>
        The saved one: {told(saved)}.{here && ` The one here: ${told(here)}.`}
      </p>
      <p>
        {here
          ? 'The other one stays in your list.'
          : `The ${noun} here is not in your list. If no other device has it open, you cannot come back to it.`}
      </p>
      <div className="actions">
        <ActionForm action={openSaved} fields={{ flow, session, keep: 'saved' }}>
          Open the saved one
        </ActionForm>
        <Link href={base}>Keep the one here</Link>
      </div>
    </div>
  )
}
