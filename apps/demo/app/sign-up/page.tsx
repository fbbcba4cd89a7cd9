// Creating an account.

import type { Metadata } from 'next'
import { AccountForm } from '../../components/accounts/account-form.tsx'
import { signUp } from '../../lib/accounts/actions.ts'
import { localPath } from '../../lib/local-path.ts'

export const metadata: Metadata = { title: 'Create an account – Marginalia' }

const text = [
  'You need an email address, which we do not check, and a password.',
  'What you started here is then saved with your account.',
].join(' ')

type SignUpProps = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignUp({ searchParams }: SignUpProps) {
  const next = localPath((await searchParams).next, '/saved')
  return (
    <AccountForm
      action={signUp}
      title="Create an account"
      text={text}
      submit="Create account"
      next={next}
      newPassword={true}
      other={{ href: `/sign-in?${new URLSearchParams({ next })}`, label: 'Sign in instead' }}
    />
  )
}
