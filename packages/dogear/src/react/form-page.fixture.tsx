// A page with the form of the order's first step, in front of the real server.

import { act, fireEvent, type RenderResult, render, screen } from '@testing-library/react'
import { type JSX, type ReactNode, useState } from 'react'
import { afterEach, beforeEach, vi } from 'vitest'
import { asJson, browser, flowUrl, opId, type order, type Served, serve } from '../../fixtures/order.ts'
import type { DraftStatus, SendResult } from '../client/index.ts'
import type { EventOf, ViewOf } from '../flow/define.ts'
import type { View, ViewDraft } from '../wire.ts'
import { FlowForm, type FlowFormProps } from './flow-form.tsx'
import type { Conflict } from './form-drafts.ts'
import { type FlowHandle, type UseFlowOptions, useFlow } from './use-flow.ts'

type OrderView = ViewOf<typeof order>
type OrderEvent = EventOf<typeof order>
type OrderFlow = FlowHandle<OrderView, OrderEvent>
type FormProps = Partial<Omit<FlowFormProps<OrderView, OrderEvent>, 'answers'>>
export type Draft = {
  opId: string
  values: Record<string, unknown>
  ageMs: number | Record<string, number>
  keepalive: boolean
  method: string
}

export const fields: JSX.Element = (
  <>
    <input name="name" aria-label="name" />
    <input name="email" aria-label="email" />
    <textarea name="note" aria-label="note" />
    <input type="checkbox" name="extras" value="gift" aria-label="gift" />
    <input type="checkbox" name="extras" value="card" aria-label="card" />
    <button type="submit">Continue</button>
  </>
)

export type PageOptions = {
  children?: FlowFormProps<OrderView, OrderEvent>['children']
  props?: FormProps
  /** The answers that the form is given for a view. */
  answers?: ((view: OrderView) => object | null) | undefined
  /** The events sent before the page opens. */
  before?: readonly object[]
  served?: Served
  /** The network of another page, in the same browser. */
  network?: ReturnType<typeof browser>
}

export type FormPage = {
  element: JSX.Element
  served: Served
  drafts: Draft[]
  events: { opId: string; event: Record<string, unknown> }[]
  trouble: (() => Promise<Response> | undefined)[]
  replies: SendResult<OrderView>[]
  conflicts: (Conflict | null)[]
  network: ReturnType<typeof browser>
  flow(): OrderFlow
  draft(): Promise<ViewDraft | undefined>
  status(): DraftStatus
  renders(): number
  /** Another tab, or another device. */
  elsewhere: {
    types(values: Record<string, unknown>, more?: object): Promise<void>
    sends(event: object, step?: string): Promise<void>
  }
}

type Noted = Pick<FormPage, 'replies' | 'conflicts'> & { flow: OrderFlow | undefined; renders: number }

let pages = 0

export async function openForm({
  children = fields,
  props = {},
  answers,
  before = [],
  served = serve(),
  network: given,
}: PageOptions = {}): Promise<FormPage> {
  const url = `${flowUrl}?form=${++pages}`
  const network = given ?? browser(served.http)
  for (const event of before) await network(`${flowUrl}/events`, asJson({ opId: opId(), event }))
  const drafts: Draft[] = []
  const events: FormPage['events'] = []
  const trouble: FormPage['trouble'] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { method = 'GET', body, keepalive = false } = init ?? {}
    const path = String(input).replace(/\?form=\d+/, '')
    if (path.includes('/drafts/')) drafts.push({ method, keepalive, ...JSON.parse(String(body)) })
    else if (method === 'POST') events.push(JSON.parse(String(body)))
    return (path !== flowUrl && trouble.shift()?.()) || network(path, init)
  }
  const read = async () => (await (await network(flowUrl)).json()) as OrderView
  const view = await read()
  const noted: Noted = { replies: [], conflicts: [], flow: undefined, renders: 0 }
  const see = async () => {
    await act(() => noted.flow?.refresh())
  }
  return {
    element: (
      <Page options={{ url, view, fetch }} noted={noted} props={props} answers={answers}>
        {children}
      </Page>
    ),
    served,
    drafts,
    events,
    trouble,
    replies: noted.replies,
    conflicts: noted.conflicts,
    network,
    flow: () => noted.flow as OrderFlow,
    draft: async () => ((await read()) as View).drafts.details,
    status: () => (noted.flow as OrderFlow).draft,
    renders: () => noted.renders,
    elsewhere: {
      async types(values, more = {}) {
        await network(
          `${flowUrl}/drafts/details`,
          asJson({ opId: opId(), values, form: 'details.submitted', ...more }, 'PUT'),
        )
        await see()
      },
      async sends(event, step = 'details') {
        const { epoch, revision, mark } = await read()
        await network(`${flowUrl}/events`, asJson({ opId: opId(), event, step, position: { epoch, revision, mark } }))
        await see()
      },
    },
  }
}

type PageProps = {
  options: UseFlowOptions<OrderView>
  noted: Noted
  props: FormProps
  answers: ((view: OrderView) => object | null) | undefined
  children: FlowFormProps<OrderView, OrderEvent>['children']
}

function Page({ options, noted, props, answers, children }: PageProps) {
  const flow = useFlow<typeof order>(options)
  noted.flow = flow
  noted.renders++
  return (
    <FlowForm
      flow={flow}
      type="details.submitted"
      step="details"
      aria-label="details"
      answers={answers?.(flow.view)}
      onReply={(reply) => noted.replies.push(reply)}
      onConflict={(conflict) => noted.conflicts.push(conflict)}
      {...props}
    >
      {children}
    </FlowForm>
  )
}

/** Shows one thing, and another once `noted.turn` was called. */
export function Turning({
  noted,
  one,
  other,
}: {
  noted: { turn: () => void }
  one: ReactNode
  other: ReactNode
}): ReactNode {
  const [turned, setTurned] = useState(false)
  noted.turn = () => setTurned(true)
  return turned ? other : one
}

/** Renders a page, up to the moment at which its form has what it fetches. */
export async function show(element: ReactNode): Promise<RenderResult> {
  const rendered = render(element)
  await act(() => Promise.all([import('./form-drafts.ts'), import('./form-unsaved.ts')]))
  return rendered
}

export const field = (name: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(name)
/** Types as a person does, who stays in the field. */
export const type = (name: string, value: string): boolean => {
  act(() => field(name).focus())
  return fireEvent.input(field(name), { target: { value } })
}

export const pass = (ms: number): Promise<unknown> => act(() => vi.advanceTimersByTimeAsync(ms))
export const values = (drafts: readonly Draft[]): unknown[] => drafts.map((draft) => draft.values)
export const submit = (): boolean => fireEvent.click(screen.getByText('Continue'))
export const offline = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'))

let visibility: DocumentVisibilityState = 'visible'

/** Makes time and visibility the test's own, for a whole test file. */
export function controlPage(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    Object.defineProperty(document, 'visibilityState', { get: () => visibility, configurable: true })
  })
  afterEach(() => {
    visibility = 'visible'
    vi.useRealTimers()
  })
}

export function hide(): void {
  visibility = 'hidden'
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}
