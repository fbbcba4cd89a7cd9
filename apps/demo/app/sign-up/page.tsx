// Creating an account.

import type { Metadata } from 'next'
import { AccountForm } from '../../components/accounts/account-form.tsx'
import { signUp } from '../../lib/accounts/actions.ts'
import { localPath } from '../../lib/local-path.ts'

export const metadata: Metadata = { title: 'Create an account – Marginalia' }

const text = [
  'All it takes is an email address, which is not checked, and a password.',
  'What you have begun here is kept with it.',
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
      other={{ href: `/sign-in?${new URLSearchParams({ next })}`, label: 'I have an account' }}
    />
  )
}
