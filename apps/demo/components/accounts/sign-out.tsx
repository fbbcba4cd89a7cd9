'use client'
// The button that signs out, which also ends what this browser has kept of the person's typing.

import { forgetTyped } from 'dogear/client'
import { useWords } from '../words.tsx'

export function SignOut() {
  const { t } = useWords()
  return (
    <form action="/sign-out" method="post" onSubmit={() => forgetTyped()}>
      <button type="submit" className="link-button">
        {t('Sign out')}
      </button>
    </form>
  )
}
