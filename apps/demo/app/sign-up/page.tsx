// Creating an account.

import type { Metadata } from 'next'
import { AccountForm } from '../../components/accounts/account-form.tsx'
import { signUp } from '../../lib/accounts/actions.ts'
import { localPath } from '../../lib/local-path.ts'
import { wordsHere } from '../../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t('Create an account')} – Marginalia` }
}

type SignUpProps = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignUp({ searchParams }: SignUpProps) {
  const { t } = await wordsHere()
  const next = localPath((await searchParams).next, '/saved')
  const need = t('You need an email address, which we do not check, and a password.')
  const text = `${need} ${t('What you started here is then saved with your account.')}`
  return (
    <AccountForm
      action={signUp}
      title={t('Create an account')}
      text={text}
      submit={t('Create account')}
      next={next}
      newPassword={true}
      other={{ href: `/sign-in?${new URLSearchParams({ next })}`, label: 'Sign in instead' }}
    />
  )
}
