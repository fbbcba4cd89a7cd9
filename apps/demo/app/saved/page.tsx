// The saved sessions of a signed-in person: continue one here, or delete it.

import type { SavedSession } from 'dogear'
import { callFlow } from 'dogear/next'
import type { Metadata } from 'next'
import { ProblemNotice } from '../../components/devices/problem-notice.tsx'
import { SavedCard } from '../../components/devices/saved-card.tsx'
import { ChooseSaved, DeleteSaved } from '../../components/devices/saved-questions.tsx'
import { ButtonLink, Link } from '../../components/link.tsx'
import { currentAccount } from '../../lib/accounts/current.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { http } from '../../lib/server.ts'

export const metadata: Metadata = { title: 'Saved – Marginalia' }

type SavedProps = { searchParams: SearchParams }

export default async function Saved({ searchParams }: SavedProps) {
  const one = await readQuery(searchParams)
  if (!(await currentAccount())) return <SignInFirst />
  const { status, body } = await callFlow(http, '/')
  const problem = status === 200 ? one('problem') : 'unavailable'
  const { sessions = [] } = (status === 200 ? body : {}) as { sessions?: SavedSession[] }
  const now = http.engine.now()
  const named = (name: string) => sessions.find(({ session }) => session === one(name))
  const opening = named('open')
  const deleting = named('delete')
  return (
    <div className="stack measure">
      {problem && <ProblemNotice code={problem} />}
      {one('done') === 'deleted' && !problem && (
        <div className="notice" role="status">
          <h2>Deleted</h2>
          <p>It is gone from every device.</p>
        </div>
      )}
      {opening && <ChooseSaved saved={opening} here={sessions.find(isBesides(opening))} now={now} />}
      {deleting && <DeleteSaved saved={deleting} />}
      <h1 tabIndex={-1}>Saved</h1>
      {status !== 200 ? null : sessions.length === 0 ? (
        <>
          <p className="lede">Nothing yet. What you begin while you are signed in is kept here, with every answer.</p>
          <ButtonLink href="/">Begin something</ButtonLink>
        </>
      ) : (
        <ul className="cards fill">
          {sessions.map((saved) => (
            <SavedCard key={saved.session} saved={saved} now={now} />
          ))}
        </ul>
      )}
      <p className="hint">
        Something on another device is not in this list? It may not be yours yet:{' '}
        <Link href="/handoff">enter a code</Link> instead.
      </p>
    </div>
  )
}

const isBesides = (opening: SavedSession) => (saved: SavedSession) => saved.flow === opening.flow && saved.here

function SignInFirst() {
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>Saved</h1>
      <p className="lede">Sign in to see what you saved, on this device or another.</p>
      <div className="actions">
        <ButtonLink href="/sign-in?next=/saved">Sign in</ButtonLink>
        <Link href="/handoff">Enter a code instead</Link>
      </div>
    </div>
  )
}
