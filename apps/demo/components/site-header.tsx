// The top of every page: the shop's name, what is saved, and who is signed in.

import { currentAccount } from '../lib/accounts/current.ts'
import { wordsHere } from '../lib/words-here.ts'
import { SignOut } from './accounts/sign-out.tsx'
import { Ltr } from './bidi.tsx'
import { Link } from './link.tsx'

export async function SiteHeader() {
  const { t } = await wordsHere()
  const account = await currentAccount()
  return (
    <header className="site-header">
      <a className="brand" href="/">
        <svg width="22" height="26" viewBox="0 0 22 26" aria-hidden="true">
          <path fill="currentColor" d="M0 0h13l9 9v17H0z" opacity=".28" />
          <path fill="currentColor" d="M13 0v9h9z" />
        </svg>
        Marginalia
      </a>
      <nav className="site-nav" aria-label={t('Account')}>
        {account ? (
          <>
            <span className="who">
              <Ltr>{account.email}</Ltr>
            </span>
            <Link href="/saved">{t('Saved')}</Link>
            <SignOut />
          </>
        ) : (
          <>
            <Link href="/handoff">{t('Continue from another device')}</Link>
            <Link href="/sign-in">{t('Sign in')}</Link>
          </>
        )}
      </nav>
    </header>
  )
}
