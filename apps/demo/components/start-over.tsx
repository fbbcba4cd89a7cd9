// The button that destroys a session. It leaves the page, so that every part of the page forgets the session.

import { ActionForm } from './action-form.tsx'

type StartOverProps = {
  label: string
  /** The flow's id. */
  flow?: string
  /** The path that comes next. */
  then?: string
}

export function StartOver({ label, flow = 'checkout', then = '/' }: StartOverProps) {
  return (
    <ActionForm action="/start-over" fields={{ flow, then }} look="button quiet">
      {label}
    </ActionForm>
  )
}
