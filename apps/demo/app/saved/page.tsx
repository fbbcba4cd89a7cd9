// The saved sessions of a signed-in person, each to continue here or to delete.

import type { SavedSession } from 'dogear'
import type { Metadata } from 'next'
import { ActionForm } from '../../components/action-form.tsx'
import { ProblemNotice } from '../../components/devices/problem-notice.tsx'
import { SavedCard } from '../../components/devices/saved-card.tsx'
import { ButtonLink, Link } from '../../components/link.tsx'
import { applicationPages } from '../../flows/application/pages.ts'
import { assistantPages } from '../../flows/assistant/pages.ts'
import { checkoutPages } from '../../flows/checkout/pages.ts'
import { nameOf } from '../../flows/pages.ts'
import { saveHere } from '../../lib/accounts/actions.ts'
import { currentAccount } from '../../lib/accounts/current.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readViews } from '../../lib/read-view.ts'
import { savedSessions } from '../../lib/saved.ts'
import { application, assistant, checkout, http } from '../../lib/server.ts'
import { wordsHere } from '../../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t('Saved')} – Marginalia` }
}

type SavedProps = { searchParams: SearchParams }

export default async function Saved({ searchParams }: SavedProps) {
  const { t } = await wordsHere()
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
          <h2>{t('Deleted')}</h2>
          <p>{t('No device shows it any more.')}</p>
        </div>
      )}
      <h1 tabIndex={-1}>{t('Saved')}</h1>
      {!sessions ? null : sessions.length === 0 ? (
        <>
          <p className="lede">{t('Nothing yet. What you start while you are signed in is listed here.')}</p>
          <ButtonLink href="/">{t('Go to the home page')}</ButtonLink>
        </>
      ) : (
        <ul className="cards fill">
          {sessions.map((saved) => (
            <SavedCard key={saved.session} saved={saved} now={now} />
          ))}
        </ul>
      )}
      {sessions &&
        (await notSavedHere(sessions)).map(({ flow, noun }) => (
          <div key={flow} className="notice">
            <h2>{t(`The ${noun} in this browser is not saved with your account`)}</h2>
            <ActionForm action={saveHere} look="button quiet">
              {t(`Save the ${noun}`)}
            </ActionForm>
          </div>
        ))}
      <p className="hint">
        {t('Is something from another device missing here? Then it is not saved with your account yet.')}{' '}
        <Link href="/handoff">{t('Continue from another device')}</Link>
      </p>
    </div>
  )
}

/** The pages of the flows that this browser has begun without the account. */
async function notSavedHere(sessions: readonly SavedSession[]): Promise<FlowPages[]> {
  const here = [
    { pages: checkoutPages, views: await readViews(checkout) },
    { pages: applicationPages, views: await readViews(application) },
    { pages: assistantPages, views: await readViews(assistant) },
  ]
  const saved = new Set(sessions.filter((one) => one.here).map(nameOf))
  return here.flatMap(({ pages, views = [] }) => (views.every((view) => saved.has(nameOf(view))) ? [] : [pages]))
}

async function SignInFirst() {
  const { t } = await wordsHere()
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{t('Saved')}</h1>
      <p className="lede">{t('Sign in to see what you saved, on any device.')}</p>
      <div className="actions">
        <ButtonLink href="/sign-in?next=/saved">{t('Sign in')}</ButtonLink>
        <Link href="/handoff">{t('Continue from another device')}</Link>
      </div>
    </div>
  )
}
