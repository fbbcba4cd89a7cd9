'use client'
// The form of signing in and of signing up.

import { forgetTyped } from 'dogear/client'
import type { AccountState } from '../../lib/accounts/actions.ts'
import { ErrorSummary } from '../error-summary.tsx'
import { TextField } from '../field.tsx'
import { Link } from '../link.tsx'
import { useAlert } from '../use-alert.ts'
import { siteUpdated, useServerAction } from '../use-server-action.ts'
import { useWords } from '../words.tsx'

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
  const { t, sentences } = useWords()
  const { state, form, busy, outdated } = useServerAction<AccountState>(action, { email: '', errors: {} })
  const { email } = state
  const said = Object.entries(state.errors).map(([name, text]) => [name, t(text)])
  const errors: Record<string, string> = outdated ? { email: sentences(siteUpdated) } : Object.fromEntries(said)
  return (
    <div className="stack measure">
      <ErrorSummary errors={errors} alert={useAlert(outdated ? siteUpdated : state)} />
      <h1 tabIndex={-1}>{title}</h1>
      <p className="lede">{text}</p>
      <form
        action={form.action}
        onSubmit={(event) => {
          forgetTyped()
          form.onSubmit(event)
        }}
        className="fields"
        noValidate
        aria-busy={busy}
      >
        <input type="hidden" name="next" value={next} />
        <TextField
          // After an action React empties a form back to its defaults: the new one has to be there by then.
          key={`email-${email}`}
          id="email"
          label={t('Email address')}
          type="email"
          inputMode="email"
          dir="ltr"
          autoComplete={newPassword ? 'email' : 'username'}
          spellCheck={false}
          defaultValue={email}
          error={errors.email}
        />
        <TextField
          id="password"
          label={t('Password')}
          hint={newPassword ? t('At least 8 characters') : undefined}
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
