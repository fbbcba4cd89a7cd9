'use client'
// The form of signing in and of signing up.

import { forgetTyped } from 'dogear/client'
import { useActionState } from 'react'
import type { AccountState } from '../../lib/accounts/actions.ts'
import { ErrorSummary } from '../error-summary.tsx'
import { TextField } from '../field.tsx'
import { Link } from '../link.tsx'
import { useAlert } from '../use-alert.ts'

type AccountFormProps = {
  action: (state: AccountState, form: FormData) => Promise<AccountState>
  title: string
  text: string
  submit: string
  /** Where to go on to. */
  next: string
  newPassword: boolean
  other: { href: string; label: string }
}

export function AccountForm({ action, title, text, submit, next, newPassword, other }: AccountFormProps) {
  const [state, formAction, busy] = useActionState(action, { email: '', errors: {} })
  const { email, errors } = state
  return (
    <div className="stack measure">
      <ErrorSummary errors={errors} alert={useAlert(state)} />
      <h1 tabIndex={-1}>{title}</h1>
      <p className="lede">{text}</p>
      <form action={formAction} className="fields" noValidate aria-busy={busy} onSubmit={() => forgetTyped()}>
        <input type="hidden" name="next" value={next} />
        <TextField
          // After an action React empties a form back to its defaults: the new one has to be there by then.
          key={`email-${email}`}
          id="email"
          label="Email address"
          type="email"
          inputMode="email"
          autoComplete={newPassword ? 'email' : 'username'}
          spellCheck={false}
          defaultValue={email}
          error={errors.email}
        />
        <TextField
          id="password"
          label="Password"
          hint={newPassword ? 'At least 8 characters' : undefined}
          type="password"
          autoComplete={newPassword ? 'new-password' : 'current-password'}
          className="width-medium"
          error={errors.password}
        />
        <div className="actions">
          <button type="submit" className="button">
            {submit}
          </button>
          <Link href={other.href}>{other.label}</Link>
        </div>
      </form>
    </div>
  )
}
