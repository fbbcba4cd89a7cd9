'use client'
// The button that signs out, which also ends what this browser has kept of the person's typing.

import { forgetTyped } from 'dogear/client'

export function SignOut() {
  return (
    <form action="/sign-out" method="post" onSubmit={() => forgetTyped()}>
      <button type="submit" className="link-button">
        Sign out
      </button>
    </form>
  )
}
