// Signing in, to find on this device what was saved on another.

import type { Metadata } from 'next'
import { AccountForm } from '../../components/accounts/account-form.tsx'
import { signIn } from '../../lib/accounts/actions.ts'
import { localPath } from '../../lib/local-path.ts'

export const metadata: Metadata = { title: 'Sign in – Marginalia' }

type SignInProps = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignIn({ searchParams }: SignInProps) {
  const next = localPath((await searchParams).next, '/saved')
  return (
    <AccountForm
      action={signIn}
      title="Sign in"
      text="Sign in to find what you saved on any of your devices. You can use the shop without an account, too."
      submit="Sign in"
      next={next}
      newPassword={false}
      other={{ href: `/sign-up?${new URLSearchParams({ next })}`, label: 'Create an account' }}
    />
  )
}
