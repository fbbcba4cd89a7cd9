// The saved sessions of a signed-in person, each to continue here or to delete.

import type { Metadata } from 'next'
import { ProblemNotice } from '../../components/devices/problem-notice.tsx'
import { SavedCard } from '../../components/devices/saved-card.tsx'
import { ButtonLink, Link } from '../../components/link.tsx'
import { currentAccount } from '../../lib/accounts/current.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { savedSessions } from '../../lib/saved.ts'
import { http } from '../../lib/server.ts'

export const metadata: Metadata = { title: 'Saved – Marginalia' }

type SavedProps = { searchParams: SearchParams }

export default async function Saved({ searchParams }: SavedProps) {
  const one = await readQuery(searchParams)
  if (!(await currentAccount())) return <SignInFirst />
  const sessions = await savedSessions()
  const problem = sessions ? one('problem') : 'unavailable'
  const now = http.engine.now()
  return (
    <div className="stack measure">
      {problem && <ProblemNotice code={problem} />}
      {one('done') === 'deleted' && !problem && (
        <div className="notice" role="status">
          <h2>Deleted</h2>
          <p>No device shows it any more.</p>
        </div>
      )}
      <h1 tabIndex={-1}>Saved</h1>
      {!sessions ? null : sessions.length === 0 ? (
        <>
          <p className="lede">Nothing yet. What you start while you are signed in is listed here.</p>
          <ButtonLink href="/">Go to the home page</ButtonLink>
        </>
      ) : (
        <ul className="cards fill">
          {sessions.map((saved) => (
            <SavedCard key={saved.session} saved={saved} now={now} />
          ))}
        </ul>
      )}
      <p className="hint">
        Is something from another device missing here? Then it is not saved with your account yet.{' '}
        <Link href="/handoff">Continue from another device</Link>
      </p>
    </div>
  )
}

function SignInFirst() {
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>Saved</h1>
      <p className="lede">Sign in to see what you saved, on any device.</p>
      <div className="actions">
        <ButtonLink href="/sign-in?next=/saved">Sign in</ButtonLink>
        <Link href="/handoff">Continue from another device</Link>
      </div>
    </div>
  )
}
