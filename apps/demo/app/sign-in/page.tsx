// Signing in, to find on this device what was saved on another.

import type { Metadata } from 'next'
import { AccountForm } from '../../components/accounts/account-form.tsx'
import { signIn } from '../../lib/accounts/actions.ts'
import { localPath } from '../../lib/local-path.ts'
import { wordsHere } from '../../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t('Sign in')} – Marginalia` }
}

type SignInProps = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignIn({ searchParams }: SignInProps) {
  const { t } = await wordsHere()
  const next = localPath((await searchParams).next, '/saved')
  return (
    <AccountForm
      action={signIn}
      title={t('Sign in')}
      text={t('Sign in to find what you saved on any of your devices. You can use the shop without an account, too.')}
      submit={t('Sign in')}
      next={next}
      newPassword={false}
      other={{ href: `/sign-up?${new URLSearchParams({ next })}`, label: 'Create an account' }}
    />
  )
}
