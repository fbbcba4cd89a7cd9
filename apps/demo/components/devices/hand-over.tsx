// The page that says how to come back to a session: in this browser, by an account, on another device. For any flow.

import type { Flow, View, ViewDevice } from 'dogear'
import { callFlow } from 'dogear/next'
import { currentAccount } from '../../lib/accounts/current.ts'
import { publicUrl } from '../../lib/addresses.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { readView } from '../../lib/read-view.ts'
import { http } from '../../lib/server.ts'
import { BackLink, ButtonLink, Link } from '../link.tsx'
import { LocalTime } from '../local-time.tsx'
import { UnavailablePage } from '../unavailable-page.tsx'
import { HandoffForm } from './handoff-form.tsx'
import { SessionPage } from './session-page.tsx'

type HandOverProps = { pages: FlowPages; flow: Flow }

export async function HandOver({ pages, flow }: HandOverProps) {
  const view = await readView(flow)
  if (!view) return <UnavailablePage />
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <BackLink href={pages.base}>Back</BackLink>
        <h1 tabIndex={-1}>{pages.handoffLabel}</h1>
        {view.expiresAt === null ? (
          <>
            <p className="lede">Nothing is saved yet. Your answers are saved from the first one on.</p>
            <ButtonLink href={pages.base}>Continue</ButtonLink>
          </>
        ) : (
          <>
            <p className="lede">
              Your {pages.noun} is saved, and kept until <LocalTime at={view.expiresAt} as="date" />. Each answer keeps
              it longer.
            </p>
            <noscript>
              <p>This browser runs no scripts, so a page is saved when you press Continue on it.</p>
            </noscript>
            <WaysBack pages={pages} view={view} />
          </>
        )}
      </div>
    </SessionPage>
  )
}

async function WaysBack({ pages, view }: { pages: FlowPages; view: View }) {
  const account = await currentAccount()
  const { body } = await callFlow(http, `/${pages.flow}/devices`)
  const { devices = [] } = (body ?? {}) as { devices?: ViewDevice[] }
  const { host } = new URL(publicUrl)
  const next = new URLSearchParams({ next: `${pages.base}/continue-elsewhere` })
  const device = (
    <section className="stack" aria-labelledby="device-title">
      <h2 id="device-title">On another device, now</h2>
      <p>What you typed and did not send yet comes along. You need no account.</p>
      <HandoffForm pages={pages} view={view} codePage={`${host}/handoff`} />
      {devices.length > 1 && (
        <p>
          <Link href={`${pages.base}/devices`}>
            {devices.length} devices have this {pages.noun} open
          </Link>
        </p>
      )}
    </section>
  )
  return (
    <>
      {pages.deviceFirst && device}
      <section className="stack" aria-labelledby="browser-title">
        <h2 id="browser-title">In this browser, later</h2>
        <p>
          Open{' '}
          <Link href={pages.base}>
            {host}
            {pages.base}
          </Link>
          . You come to the page where you stopped.
        </p>
      </section>
      <section className="stack" aria-labelledby="account-title">
        <h2 id="account-title">On any device, with an account</h2>
        {account ? (
          <p>
            You are signed in as {account.email}. Sign in on the other device, too: your {pages.noun} is listed there
            under “Saved”.
          </p>
        ) : (
          <p>
            <Link href={`/sign-up?${next}`}>Create an account</Link> or <Link href={`/sign-in?${next}`}>sign in</Link>.
            Your {pages.noun} is then listed under “Saved” on every device where you sign in.
          </p>
        )}
      </section>
      {!pages.deviceFirst && device}
    </>
  )
}
