// The page that says how to come back to a session: in this browser, by an account, on another device. For any flow.

import type { Flow, View, ViewDevice } from 'dogear'
import { callFlow } from 'dogear/next'
import { currentAccount } from '../../lib/accounts/current.ts'
import { publicUrl } from '../../lib/addresses.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { readView } from '../../lib/read-view.ts'
import { http } from '../../lib/server.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { Ltr } from '../bidi.tsx'
import { BackLink, ButtonLink, Link } from '../link.tsx'
import { LocalTime } from '../local-time.tsx'
import { UnavailablePage } from '../unavailable-page.tsx'
import { HandoffForm } from './handoff-form.tsx'
import { SessionPage } from './session-page.tsx'

type HandOverProps = { pages: FlowPages; flow: Flow }

export async function HandOver({ pages, flow }: HandOverProps) {
  const { t, rich } = await wordsHere()
  const view = await readView(flow, pages)
  if (!view) return <UnavailablePage />
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <BackLink href={pages.base}>{t('Back')}</BackLink>
        <h1 tabIndex={-1}>{t(pages.handoffLabel)}</h1>
        {view.expiresAt === null ? (
          <>
            <p className="lede">{t('Nothing is saved yet. Your answers are saved from the first one on.')}</p>
            <ButtonLink href={pages.base}>{t('Continue')}</ButtonLink>
          </>
        ) : (
          <>
            <p className="lede">
              {rich(`Your ${pages.noun} is saved, and kept until {when}.`, {
                when: <LocalTime at={view.expiresAt} as="date" />,
              })}{' '}
              {t('Each answer keeps it longer.')}
            </p>
            <noscript>
              <p>{t('This browser runs no scripts, so a page is saved when you press Continue on it.')}</p>
            </noscript>
            <WaysBack pages={pages} view={view} />
          </>
        )}
      </div>
    </SessionPage>
  )
}

async function WaysBack({ pages, view }: { pages: FlowPages; view: View }) {
  const { t, rich } = await wordsHere()
  const account = await currentAccount()
  const { body } = await callFlow(http, `/${pages.flow}/devices`)
  const { devices = [] } = (body ?? {}) as { devices?: ViewDevice[] }
  const { host } = new URL(publicUrl)
  const next = new URLSearchParams({ next: `${pages.base}/continue-elsewhere` })
  const device = (
    <section className="stack" aria-labelledby="device-title">
      <h2 id="device-title">{t('On another device, now')}</h2>
      <p>{t('What you typed and did not send yet comes along. You need no account.')}</p>
      <HandoffForm pages={pages} view={view} codePage={`${host}/handoff`} />
      {devices.length > 1 && (
        <p>
          <Link href={`${pages.base}/devices`}>
            {t(`{count} devices have this ${pages.noun} open`, { count: devices.length })}
          </Link>
        </p>
      )}
    </section>
  )
  return (
    <>
      {pages.deviceFirst && device}
      <section className="stack" aria-labelledby="browser-title">
        <h2 id="browser-title">{t('In this browser, later')}</h2>
        <p>
          {rich('Open {address}.', {
            address: (
              <Link href={pages.base}>
                <Ltr>
                  {host}
                  {pages.base}
                </Ltr>
              </Link>
            ),
          })}{' '}
          {t('You come to the page where you stopped.')}
        </p>
      </section>
      <section className="stack" aria-labelledby="account-title">
        <h2 id="account-title">{t('On any device, with an account')}</h2>
        {account ? (
          <p>
            {rich('You are signed in as {email}.', { email: <Ltr>{account.email}</Ltr> })}{' '}
            {t(`Sign in on the other device, too: your ${pages.noun} is listed there under “Saved”.`)}
          </p>
        ) : (
          <p>
            {rich('{create} or {signIn}.', {
              create: <Link href={`/sign-up?${next}`}>{t('Create an account')}</Link>,
              signIn: <Link href={`/sign-in?${next}`}>{t('sign in')}</Link>,
            })}{' '}
            {t(`Your ${pages.noun} is then listed under “Saved” on every device where you sign in.`)}
          </p>
        )}
      </section>
      {!pages.deviceFirst && device}
    </>
  )
}
