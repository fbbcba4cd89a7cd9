'use client'
// What every step's page does alike: follow the person's place, keep what was refused, lead on when it was accepted.

import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type CheckoutView, currentUrl, errorsByField, isOpen, stepUrl } from '../lib/view.ts'
import { useCheckout } from './checkout-flow.tsx'

/** What the server hands to the page of a step. `problem` is the code a form without JavaScript came back with. */
export type StepProps = { view: CheckoutView; now: number; problem: string | undefined }

type Reply = { ok: true; view: CheckoutView } | { ok: false; problem: { code: string; issues?: Issues | undefined } }
type Issues = readonly { path: readonly (string | number)[]; message: string }[]

export function useStep(path: string, { view: served, problem: servedProblem }: StepProps) {
  const { flow, view } = useCheckout(served)
  const router = useRouter()
  const heading = useRef<string>(undefined)
  const [refusal, setRefusal] = useState<{ code: string; issues: Issues } | null>(null)

  const go = useCallback(
    (url: string, how: 'push' | 'replace') => {
      // Two things may send a person on at once: the answer to a form, and the view that came with it.
      if (heading.current === url) return
      heading.current = url
      router[how](url)
    },
    [router],
  )

  const open = isOpen(view, path)
  const current = currentUrl(view)
  const done = view.status === 'done'
  useEffect(() => {
    if (open) return
    go(done && path !== 'paying' ? `${current}?problem=finished` : current, 'replace')
  }, [open, done, path, current, go])

  const onReply = useCallback(
    (reply: Reply) => {
      setRefusal(reply.ok ? null : { code: reply.problem.code, issues: reply.problem.issues ?? [] })
      if (reply.ok && currentUrl(reply.view) !== stepUrl(path)) go(currentUrl(reply.view), 'push')
    },
    [go, path],
  )

  const draft = view.drafts[path]
  const issues = refusal ? refusal.issues : (draft?.issues ?? [])
  const code = refusal ? refusal.code : servedProblem
  return {
    flow,
    view,
    onReply,
    refuse: setRefusal,
    issues,
    errors: errorsByField(issues),
    typed: draft?.values,
    problem: code === 'invalid_event' ? undefined : code,
  }
}
