'use client'
// A Server Action behind a form that keeps what was typed, also when a deploy has taken the action away.

import { unstable_isUnrecognizedActionError as isUnrecognized } from 'next/navigation'
import { type SubmitEvent, useActionState, useState, useTransition } from 'react'
import { requestFormReset } from 'react-dom'
import type { Text } from '../words/words.ts'

/** The sentence for a page whose action is gone. */
export const siteUpdated = [
  'We updated this site after you opened this page, so nothing was sent.',
  'What you typed is still here: copy what you need, then load the page again',
] as const satisfies readonly Text[]

type FormProps = { action: (form: FormData) => void; onSubmit: (event: SubmitEvent<HTMLFormElement>) => void }

/**
 * The state of a form's action as `useActionState` has it, with the properties of the form. `outdated`: this page was
 * opened before a deploy, and its action is not known any more; nothing was sent, and the fields are as they were.
 */
export function useServerAction<S>(
  action: (state: Awaited<S>, form: FormData) => Promise<S>,
  initial: Awaited<S>,
): { state: Awaited<S>; form: FormProps; busy: boolean; outdated: boolean } {
  // Without JavaScript the action itself answers, and the page is rendered with its state.
  const [answered, formAction] = useActionState(action, initial)
  const [state, setState] = useState(answered)
  const [outdated, setOutdated] = useState(false)
  const [busy, start] = useTransition()

  function onSubmit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const target = event.currentTarget
    const data = new FormData(target, (event.nativeEvent as globalThis.SubmitEvent).submitter)
    start(async () => {
      try {
        const next = await action(state, data)
        start(() => {
          setOutdated(false)
          setState(next)
          // As React does after the action of a form: the fields show what the action has answered.
          requestFormReset(target)
        })
      } catch (error) {
        if (!isUnrecognized(error)) throw error
        start(() => setOutdated(true))
      }
    })
  }
  return { state, form: { action: formAction, onSubmit }, busy, outdated }
}
