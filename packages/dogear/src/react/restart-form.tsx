// The form that ends the session of a page to begin anew, also without JavaScript.

'use client'

import type { ComponentProps, ReactElement } from 'react'
import { positionText } from '../position.ts'
import type { View } from '../wire.ts'
import type { Step } from './use-step.ts'

/** Of a `form` element, but for its method and action; `step` is the page it stands on. */
export type RestartFormProps<V extends View, E extends { type: string }> = {
  step: Pick<Step<V, E>, 'flow' | 'view' | 'restart'>
} & Omit<ComponentProps<'form'>, 'method' | 'action' | 'onSubmit'>

/**
 * A form around a button such as "Start over". Nothing is asked before: what was entered is deleted on every device.
 *
 * It names the session of its page, so that a page left open ends none that has begun since.
 */
export function RestartForm<V extends View, E extends { type: string }>({
  step,
  children,
  ...props
}: RestartFormProps<V, E>): ReactElement {
  return (
    <form
      {...props}
      method="post"
      action={`${step.flow.client.url}/restart`}
      onSubmit={(event) => {
        event.preventDefault()
        void step.restart()
      }}
    >
      <input type="hidden" name="dogear.position" value={positionText(step.view)} />
      {children}
    </form>
  )
}
