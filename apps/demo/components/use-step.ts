'use client'
// What every step's page does alike: follow the person's place, keep what was refused, lead on when it was accepted.

import { useFlow } from 'dogear/react'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { checkout } from '../flows/checkout.ts'
import { type CheckoutView, currentUrl, errorsByField, isOpen, stepUrl } from '../lib/view.ts'

/** What the server hands to the page of a step. `problem` is the code a form without JavaScript came back with. */
export type StepProps = { view: CheckoutView; now: number; problem: string | undefined }

type Issues = readonly { path: readonly (string | number)[]; message: string }[]
export type Refusal = { code: string; issues: Issues }
type Reply = { ok: true; view: CheckoutView } | { ok: false; problem: { code: string; issues?: Issues | undefined } }

/** `refused` is what the page was already refused elsewhere, before it was rendered. */
export function useStep(path: string, props: StepProps, refused: Refusal | null = null) {
  const flow = useFlow<typeof checkout>({ url: '/api/flows/checkout', view: props.view })
  const { view } = flow
  const [refusal, setRefusal] = useState(refused)
  const go = useGo()

  const open = isOpen(view, path)
  const current = currentUrl(view)
  const [openAtFirst] = useState(open)
  // Worth a word only to someone who came back to a form that is closed, not to the one whose answer closed it.
  const finished = view.status === 'done' && path !== 'paying' && (!openAtFirst || flow.problem !== null)
  useEffect(() => {
    if (!open) go(finished ? `${current}?problem=finished` : current, 'replace')
  }, [open, finished, current, go])

  function onReply(reply: Reply) {
    setRefusal(reply.ok ? null : { code: reply.problem.code, issues: reply.problem.issues ?? [] })
    if (reply.ok && currentUrl(reply.view) !== stepUrl(path)) go(currentUrl(reply.view), 'push')
  }

  const form = useFreshForm(view)
  const issues = refusal ? refusal.issues : (view.drafts[path]?.issues ?? [])
  const code = refusal?.code ?? (flow.problem?.code === 'session_gone' ? 'session_gone' : props.problem)
  return {
    flow,
    view,
    onReply,
    refusal,
    refuse: setRefusal,
    errors: errorsByField(issues),
    /** What was typed here and not taken yet. */
    typed: form.shown.drafts[path]?.values as Readonly<Record<string, string | undefined>> | undefined,
    problem: code === 'invalid_event' ? undefined : code,
    form,
  }
}

/** Two things may send a person on at once, the answer to a form and the view that came with it: only the first does. */
function useGo() {
  const router = useRouter()
  const heading = useRef<string>(undefined)
  return useCallback(
    (url: string, how: 'push' | 'replace') => {
      if (heading.current !== undefined) return
      heading.current = url
      router[how](url)
    },
    [router],
  )
}

/**
 * The view a form shows, and a key that renews the form with it. It follows the session until the person starts typing:
 * from then on no field changes under their hands.
 */
function useFreshForm(view: CheckoutView) {
  const [shown, setShown] = useState(view)
  const [touched, setTouched] = useState(false)
  if (!touched && positionOf(shown) !== positionOf(view)) setShown(view)
  return { key: positionOf(shown), shown, onInput: () => setTouched(true) }
}

const positionOf = ({ epoch, revision }: CheckoutView) => `${epoch}.${revision}`
