// The top of every page: the shop's name, what is saved, and who is signed in.

import { currentAccount } from '../lib/accounts/current.ts'
import { SignOut } from './accounts/sign-out.tsx'
import { Link } from './link.tsx'

export async function SiteHeader() {
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
      <nav className="site-nav" aria-label="Account">
        {account ? (
          <>
            <span className="who">{account.email}</span>
            <Link href="/saved">Saved</Link>
            <SignOut />
          </>
        ) : (
          <>
            <Link href="/handoff">Continue from another device</Link>
            <Link href="/sign-in">Sign in</Link>
          </>
        )}
      </nav>
    </header>
  )
}
