'use client'
// The behaviour of every step's page: it follows the current step, keeps a refusal, goes on after an accepted answer.

import type { View } from 'dogear'
import { type FlowHandle, useFlow } from 'dogear/react'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FlowPages } from '../lib/flow-pages.ts'
import { currentStep, currentUrl, errorsByField, isOpen, stepUrl } from '../lib/view.ts'

/**
 * The props a step's page gets from the server (see `stepProps`). `problem` is the code that a form without JavaScript
 * came back with; `warnMs` says how long before the session ends the person is warned.
 */
export type StepProps<V extends View> = { view: V; now: number; problem: string | undefined; warnMs: number }

type Issues = readonly { path: readonly (string | number)[]; message: string }[]
export type StepProblem = { code: string; issues: Issues }
type Reply = { ok: true; view: View } | { ok: false; problem: { code: string; issues?: Issues | undefined } }

/** One step's page at work: what its form and its frame need. */
export type Step<V extends View = View> = {
  pages: FlowPages
  path: string
  /** The step's id, which drafts go by and `FlowForm` takes. */
  id: string
  flow: FlowHandle<V, { type: V['accepts'][number] }>
  view: V
  /** The server's clock when the page was rendered. */
  now: number
  warnMs: number
  onReply: (reply: Reply) => void
  refusal: StepProblem | null
  refuse: (refusal: StepProblem | null) => void
  errors: Readonly<Record<string, string>>
  problem: string | undefined
  /** True from an accepted answer until the next page is there. */
  leaving: boolean
}

/** `refused` is a refusal from before the page was rendered, such as the payment provider's. */
export function useStep<V extends View>(
  pages: FlowPages,
  path: string,
  props: StepProps<V>,
  refused: StepProblem | null = null,
): Step<V> {
  const flow = useFlow<V>({ url: pages.url, view: props.view })
  const { view } = flow
  const id = view.steps.find((one) => one.path === path)?.id ?? path
  const [refusal, setRefusal] = useState(refused)
  // Issues from before this page was rendered. Later ones are left out: they may be mistakes made on another device.
  const [issues, setIssues] = useState<Issues>(refused?.issues ?? props.view.drafts[id]?.issues ?? [])
  const [leaving, setLeaving] = useState(false)
  const go = useGo()

  // Started over in another tab: the session of this page does not exist any more.
  const [session, setSession] = useState(view.tag)
  if (session === null && view.tag !== null) setSession(view.tag)
  const startedOver = session !== null && view.tag !== session && view.gone === null

  const here = view.gone !== null || isOpen(view, path)
  const current = currentUrl(pages, view)
  const [openAtFirst] = useState(here)
  // Shown only to a person who came back to a closed form, not to the person who closed it with an answer.
  const finished = view.status === 'done' && path !== 'paying' && (!openAtFirst || flow.problem !== null)
  const rewound = flow.problem?.code === 'rewound'
  const reason = finished ? 'finished' : startedOver ? 'session_gone' : rewound ? 'rewound' : undefined
  const why = reason ? `?problem=${reason}` : ''
  useEffect(() => {
    if (!here) go(`${current}${why}`, 'replace')
  }, [here, why, current, go])

  function refuse(next: StepProblem | null) {
    setRefusal(next)
    setIssues(next?.issues ?? [])
  }

  function onReply(reply: Reply) {
    refuse(reply.ok ? null : { code: reply.problem.code, issues: reply.problem.issues ?? [] })
    if (!reply.ok) return
    const next = currentUrl(pages, reply.view)
    if (next === stepUrl(pages, path)) return
    setLeaving(true)
    go(next, 'push')
  }

  const [currentAtFirst] = useState(currentStep(props.view)?.path)
  const overtaken = !leaving && currentAtFirst === path && currentStep(view)?.path !== path
  const gone = startedOver || flow.problem?.code === 'session_gone'
  const said = refusal?.code ?? (gone ? 'session_gone' : rewound ? 'rewound' : props.problem)
  const code = said ?? (overtaken ? 'overtaken' : undefined)
  return {
    pages,
    path,
    id,
    flow,
    view,
    now: props.now,
    warnMs: props.warnMs,
    onReply,
    refusal,
    refuse,
    errors: errorsByField(issues),
    problem: code === 'invalid_event' ? undefined : code,
    leaving,
  }
}

/** The reply to a form and the view that came with it may both lead the person on: only the first one does. */
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
