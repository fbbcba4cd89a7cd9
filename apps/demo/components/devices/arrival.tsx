'use client'
// The page for a link or a code. A link's secret is in the fragment, which no request carries; only this page keeps it.

import { startTransition, useActionState, useEffect, useState } from 'react'
import { arrive } from '../../lib/devices/actions.ts'
import { ErrorSummary } from '../error-summary.tsx'
import { TextField } from '../field.tsx'
import { useAlert } from '../use-alert.ts'
import { useWords } from '../words.tsx'
import { Found } from './found.tsx'
import { ProblemNotice } from './problem-notice.tsx'

export function Arrival({ problem }: { problem: string | undefined }) {
  const [state, action, busy] = useActionState(arrive, problem ? { kind: 'ask', problem } : { kind: 'ask' })
  const [token, setToken] = useState<string>()
  const [ready, setReady] = useState(false)

  useEffect(() => {
    function readAddress() {
      const found = window.location.hash.slice(1)
      if (found === '') return
      const { history, location } = window
      history.replaceState(history.state, '', location.pathname)
      // Again once the router runs: it restores the address it began with, and Back would then lead nowhere.
      setTimeout(() => history.replaceState(null, '', location.pathname))
      setToken(found)
      const form = new FormData()
      form.set('token', found)
      startTransition(() => action(form))
    }
    readAddress()
    setReady(true)
    window.addEventListener('hashchange', readAddress)
    return () => window.removeEventListener('hashchange', readAddress)
  }, [action])

  if (state.kind === 'found') return <Found state={state} token={token} action={action} busy={busy} />
  return (
    <div className="stack measure" data-ready={ready}>
      {busy && token ? (
        <Looking />
      ) : (
        <AskForCode problem={state.problem} code={state.code ?? ''} cause={state} action={action} busy={busy} />
      )}
    </div>
  )
}

function Looking() {
  const { t } = useWords()
  return (
    <>
      <h1 tabIndex={-1}>{t('Continue from another device')}</h1>
      <p className="lede" role="status">
        {t('Looking at the link…')}
      </p>
    </>
  )
}

type AskForCodeProps = {
  problem: string | undefined
  code: string
  cause: unknown
  action: (form: FormData) => void
  busy: boolean
}

function AskForCode({ problem, code, cause, action, busy }: AskForCodeProps) {
  const { t } = useWords()
  const errors = problem === 'missing' ? { code: 'Enter the code that the other device shows' } : {}
  const alert = useAlert(cause)
  return (
    <div className="stack fill asks">
      {problem && problem !== 'missing' && <ProblemNotice code={problem} alert={alert} />}
      <ErrorSummary errors={errors} alert={alert} />
      <h1 tabIndex={-1}>{t('Continue from another device')}</h1>
      <p className="lede">
        {t('On the other device choose “Continue on another device” or “Save and come back later”.')}{' '}
        {t('It shows a code: type it here.')}
      </p>
      <noscript>
        <p>{t('This browser runs no scripts, so it cannot read a link. Type the code that stands beside it.')}</p>
      </noscript>
      <form action={action} className="fields" aria-busy={busy} noValidate>
        <TextField
          key={code}
          id="code"
          label={t('Code')}
          hint={t('10 letters and digits. Spaces, hyphens and capitals make no difference')}
          className="width-medium code-input"
          autoComplete="one-time-code"
          dir="ltr"
          autoCapitalize="characters"
          spellCheck={false}
          defaultValue={problem === 'handoff_gone' ? '' : code}
          error={errors.code}
        />
        <div>
          <button type="submit" className="button">
            {t('Continue')}
          </button>
        </div>
      </form>
    </div>
  )
}
