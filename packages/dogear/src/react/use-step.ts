// The behaviour of a step's page: it follows the session, keeps a refusal, leads the focus.

'use client'

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { CommandResult, SendOptions, SendResult } from '../client/index.ts'
import type { EventOf, Flow, ViewOf } from '../flow/define.ts'
import { isOpen, pageUrl } from '../pages.ts'
import type { Moves, StepProps, View, ViewIssue, ViewStep } from '../wire.ts'
import { errorsByField } from './step-errors.ts'
import { useTimeLeft } from './use-expiry.ts'
import { type FlowHandle, type FollowsProgress, useFlow } from './use-flow.ts'

/** The result of Next's `useRouter`, or of another router. */
export type Router = { push(url: string): void; replace(url: string): void }

/** A refusal, of the flow or of anything else the page asks, such as a payment provider. */
export type StepRefusal = { readonly code: string; readonly issues: readonly ViewIssue[] }

/** An answer of the flow, or of anything else the page asks. */
export type StepReply<V extends View = View> =
  | { ok: true; view: V }
  | { ok: false; problem: { code: string; issues?: readonly ViewIssue[] | undefined } }

/** The properties of an element that gets the focus by itself. */
export type FocusProps = { readonly ref: (element: HTMLElement | null) => void; readonly tabIndex: -1 }

/** One step's page at work. */
export type Step<V extends View = View, E extends { type: string } = { type: V['accepts'][number] }> = {
  readonly flow: FlowHandle<V, E>
  readonly view: V
  /** The server's clock when the page was rendered. */
  readonly now: number
  /** The id of the step, which drafts go by; its title; null for a state that is no step. */
  readonly id: string | null
  readonly title: string | null
  readonly path: string | null
  /** The step the person is at. */
  readonly current: ViewStep | undefined
  /** The URL of another page of the flow; of null its own. */
  urlOf(path: string | null): string
  /** The step before this one that can be returned to. */
  readonly before: ViewStep | undefined
  /**
   * The code of what the person has to know; null for nothing, and for invalid values, which are in `errors`. Besides
   * those of refusals: `session_gone` (started over in another tab), `finished`, `overtaken`: another device answered.
   */
  readonly problem: string | null
  /** The last refusal, another one each time. */
  readonly refusal: StepRefusal | null
  /** Shows a refusal of something else than the flow; null takes it away. */
  refuse(refusal: StepRefusal | null): void
  /** The messages by the name of the field; the first message of a field wins. */
  readonly errors: Readonly<Record<string, string>>
  /** True from an accepted answer until the next page is there. */
  readonly leaving: boolean
  /** True while the person can only wait, for an effect or a timer. */
  readonly waiting: boolean
  /** Sends an event from here, and goes on. */
  send(event: E, options?: SendOptions): Promise<SendResult<V>>
  /** Ends the session for good, and goes to the beginning; `effect_pending` while an effect is under way. */
  restart(): Promise<CommandResult<V>>
  /** Takes an answer of the flow: goes on if it was accepted and the person is at another step, else says why not. */
  onReply(reply: StepReply<V>): void
  /** The properties of a `FlowForm` of this step. */
  form<T extends E['type']>(
    type: T,
  ): { flow: FlowHandle<V, E>; step: string | undefined; type: T; onReply: (reply: StepReply<V>) => void }
  /** For the heading: it gets the focus after a navigation, as the top of a new document would. */
  readonly heading: FocusProps
  /** For the element that says what went wrong: it gets the focus with every refusal. */
  readonly alert: FocusProps
}

/** The props of `readStep`; `progress` as in `useFlow`, for a step whose page tells what effects report. */
export type UseStepProps<V extends View = View> = StepProps<V> & { progress?: FollowsProgress | undefined }

const lookMs = 2000
const never = () => () => {}

/**
 * The page of a step, from the props that `readStep` gives on the server. It leads to the current step when the session
 * moves on by itself (a timer, an effect), and when this page is closed. It navigates only if the step is another one.
 *
 * `refused` is a refusal from before the page was rendered. Name the flow for its types: `useStep<typeof checkout>`.
 */
export function useStep<V extends View>(
  props: UseStepProps<V>,
  router: Router,
  refused?: StepRefusal | null,
): Step<V, { type: V['accepts'][number] }>
export function useStep<F extends Flow>(
  props: UseStepProps<ViewOf<F>>,
  router: Router,
  refused?: StepRefusal | null,
): Step<ViewOf<F>, EventOf<F>>
export function useStep(props: UseStepProps, router: Router, refused: StepRefusal | null = null): Step {
  const { url, base, path, now, progress } = props
  const flow = useFlow<View>({ url, view: props.view, progress })
  const { view } = flow
  const { steps } = view
  const at = steps.findIndex((step) => step.path === path)
  const step = steps[at]
  const current = steps.find(({ state }) => state === 'current')
  const here = view.gone !== null || (path === null ? !current : step !== undefined && isOpen(step))
  const isPlace = path === null ? !current : step?.state === 'current' || step?.open === true

  const [refusal, setRefusal] = useState<StepRefusal | null | undefined>(refused ?? undefined)
  // Issues from before this page was rendered. Later ones are left out: they may be mistakes made on another device.
  const [issues, setIssues] = useState(refused?.issues ?? props.view.drafts[step?.id ?? '']?.issues ?? [])
  const [leaving, setLeaving] = useState(false)
  const go = useGo(router, setLeaving, props.view)

  // Started over in another tab: the session of this page does not exist any more.
  const [session, setSession] = useState(view.tag)
  // Not so if it was ended here, perhaps from another page that is kept beside this one.
  const isAnother = session === null || session === flow.ended
  if (isAnother && view.tag !== session) setSession(view.tag)
  const startedOver = !isAnother && view.tag !== session && view.gone === null

  // The last view in which the person was at this step: what has moved since, and by whom.
  const [seen, setSeen] = useState<View>()
  if (isPlace && seen !== view) setSeen(view)
  const moved = (by: keyof Moves) =>
    !isPlace && seen?.tag === view.tag && view.moved[by] !== null && view.moved[by] !== seen.moved[by]
  const overtaken = here && moved('elsewhere') && !moved('here') && !leaving
  // A page answered in another tab of this browser stays: its person knows.
  const follows = !here || (moved('itself') && !moved('here') && !overtaken && view.gone === null)

  const [openAtFirst] = useState(here)
  // Said only to a person who came back to a closed form, not to the person who closed it with an answer. An invalid
  // answer, or one that got lost, came before the end.
  const tooLate = !openAtFirst || /^(not_accepted|stale_step)$/.test(flow.problem?.code ?? '')
  const finished = view.status === 'done' && !isPlace && tooLate
  const rewound = flow.problem?.code === 'rewound'
  const reason = finished ? 'finished' : startedOver ? 'session_gone' : rewound ? 'rewound' : undefined
  const next = pageUrl(base, current?.path) + (reason ? `?problem=${reason}` : '')
  useEffect(() => {
    if (follows) go(next, 'replace')
  }, [follows, next, go])

  // A timer, or the end of the session, moves the page on also where no worker and no stream tells of it.
  const ends = [view.expiresAt ?? Number.POSITIVE_INFINITY, ...view.timers.map(({ dueAt }) => dueAt)]
  const end = Math.min(...ends)
  useTimeLeft({ flow, now }, Number.isFinite(end) ? end : null, { warnMs: 0 })

  // The stream says when an effect is done; where there is none, a look does.
  const busy = view.pending.length > 0
  const { refresh } = flow
  useEffect(() => {
    if (!busy) return
    const timer = setInterval(refresh, lookMs)
    return () => clearInterval(timer)
  }, [busy, refresh])

  function refuse(to: StepRefusal | null) {
    setRefusal(to)
    setIssues(to?.issues ?? [])
  }

  function onReply(reply: StepReply) {
    refuse(reply.ok ? null : { code: reply.problem.code, issues: reply.problem.issues ?? [] })
    if (!reply.ok) return
    const to = reply.view.steps.find(({ state }) => state === 'current')?.path ?? null
    if (to !== path) go(pageUrl(base, to), 'push')
  }

  const gone = startedOver || flow.problem?.code === 'session_gone'
  // Also of a draft or a look: nothing of this page reaches anybody until it is mended.
  const unreached = [flow.problem, flow.draft.problem].find((one) => one && /^(no_cookies|wrong_url)$/.test(one.code))
  const known = gone ? 'session_gone' : rewound ? 'rewound' : unreached?.code
  const said = refusal?.code ?? known ?? (refusal === null ? null : props.problem)
  const problem = said ?? (overtaken ? 'overtaken' : null)
  const { heading, alert } = useFocus(refusal, issues.length > 0 || !!said)
  return {
    flow,
    view,
    now,
    id: step?.id ?? null,
    title: step?.title ?? null,
    path,
    current,
    urlOf: (to) => pageUrl(base, to),
    before: steps.slice(0, Math.max(at, 0)).findLast(({ state }) => state === 'done'),
    problem: problem === 'invalid_event' ? null : problem,
    refusal: refusal ?? null,
    refuse,
    errors: errorsByField(issues),
    leaving,
    waiting: view.status === 'active' && view.accepts.length === 0 && (busy || view.timers.length > 0),
    async send(event, options) {
      const reply = await flow.send(event, { step: step?.id, ...options })
      onReply(reply)
      return reply
    },
    async restart() {
      const reply = await flow.restart()
      onReply(reply)
      return reply
    },
    onReply,
    form: (type) => ({ flow, step: step?.id, type, onReply }),
    heading: { ref: heading.ref, tabIndex: -1 },
    alert: { ref: alert.ref, tabIndex: -1 },
  }
}

/** The reply to a form and the view that came with it may both lead the person on: only the first one does. */
function useGo(router: Router, setLeaving: (leaving: boolean) => void, rendered: View) {
  const heading = useRef(false)
  // A page that is rendered or shown again (Activity, the Back button) may lead on again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the server may lead back to this very page.
  useEffect(
    () => () => {
      heading.current = false
      setLeaving(false)
    },
    [setLeaving, rendered],
  )
  return useCallback(
    (url: string, how: keyof Router) => {
      if (heading.current) return
      heading.current = true
      setLeaving(true)
      router[how](url)
    },
    [router, setLeaving],
  )
}

/** An element that can be given the focus. */
function useElement() {
  const [element] = useState(() => {
    let shown: HTMLElement | null = null
    return {
      ref: (to: HTMLElement | null) => {
        shown = to
      },
      focus: () => shown?.focus({ preventScroll: shown.tagName === 'H1' }),
    }
  })
  return element
}

/** The focus goes to what went wrong, else, after a navigation in the document, to the heading. */
function useFocus(refusal: unknown, wrong: boolean) {
  const heading = useElement()
  const alert = useElement()
  const onClient = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  // False for the first page of a document, whose top has the focus already.
  const arriving = useRef(onClient)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same fault may come twice.
  useEffect(() => {
    if (wrong) alert.focus()
    else if (arriving.current) heading.focus()
    arriving.current = false
  }, [refusal])
  // A page shown again (Activity, the Back button) is arrived at again; its effects run in this order.
  useEffect(
    () => () => {
      arriving.current = true
    },
    [],
  )
  return { heading, alert }
}
