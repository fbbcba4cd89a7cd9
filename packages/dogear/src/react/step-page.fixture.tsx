// An app of step pages in front of the real server: a router that renders each page as the server would.

import { act, render } from '@testing-library/react'
import { Activity, type JSX, useEffect, useState } from 'react'
import { vi } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { z } from 'zod'
import { asJson, browser, opId, shared, site } from '../../fixtures/order.ts'
import { jsonCodec } from '../codec/codec.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow, type ViewOf } from '../flow/define.ts'
import { createHttp, english } from '../http/index.ts'
import { stepFor } from '../http/step-page.ts'
import { pageUrl } from '../pages.ts'
import { memoryStore } from '../store/memory.ts'
import type { StepProps } from '../wire.ts'
import { FlowForm } from './flow-form.tsx'
import { type Router, type Step, useStep } from './use-step.ts'

const machine = setup({
  types: {
    context: {} as { name: string | null; guests: string[] },
    events: {} as
      | { type: 'named'; name: string }
      | { type: 'guest.added'; guest: string }
      | { type: 'listed' }
      | { type: 'booked' },
  },
  actors: { book: fromPromise<string>(async () => 'B-1') },
  delays: { offer: 60_000 },
}).createMachine({
  id: 'trip',
  context: { name: null, guests: [] },
  initial: 'name',
  states: {
    name: {
      id: 'name',
      meta: { step: { path: 'your-name', title: 'Your name' } },
      route: {},
      on: { named: { target: 'guests', actions: assign({ name: ({ event }) => event.name }) } },
    },
    guests: {
      id: 'guests',
      meta: { step: { path: 'guests', title: 'Your guests' } },
      route: {},
      after: { offer: 'over' },
      on: {
        'guest.added': { actions: assign({ guests: ({ context, event }) => [...context.guests, event.guest] }) },
        listed: 'notes',
        booked: 'booking',
      },
    },
    notes: {
      id: 'notes',
      meta: { step: { path: 'notes', title: 'Your notes' } },
      route: {},
      on: { booked: 'booking' },
    },
    // No page of its own.
    booking: { invoke: { id: 'book', src: 'book', onDone: 'done', onError: 'guests' } },
    over: { id: 'over', meta: { step: { path: 'over', title: 'Too late' } } },
    done: { id: 'done', type: 'final', meta: { step: { path: 'done', title: 'Booked' } } },
  },
})

export const trip = defineFlow({
  id: 'trip',
  version: 1,
  machine,
  events: {
    named: z.object({ name: z.string('Enter your name') }),
    'guest.added': z.object({ guest: z.string('Enter a name') }),
    listed: z.object({}),
    booked: z.object({}),
  },
})

export type TripView = ViewOf<typeof trip>

let apps = 0
// A page shares its clients by URL, so the URL says which browser it is in.
const networks = new Map<string, typeof fetch>()
vi.stubGlobal('fetch', (input: string, init?: RequestInit) => {
  const [url = '', rest = ''] = input.split(/(?<=app=\d+)(?!\d)/)
  return networks.get(url)?.(url.replace(/\?.*/, rest), init)
})

/** The flow on a server, with an effect that ends when `booked` is called, and a clock that a test may set. */
export function serveTrip() {
  let end: (code: string) => void = () => {}
  const book = fromPromise<string>(() => new Promise((resolve) => (end = resolve)))
  const served = trip.provide({ actors: { book } })
  const time = { passedMs: 0 }
  const engine = createEngine({
    store: memoryStore({ clock: () => Date.now() + time.passedMs }),
    flows: [served],
    codec: jsonCodec(),
    clock: () => Date.now() + time.passedMs,
    effectWaitMs: 0,
  })
  const http = createHttp({ engine, ...shared })
  return { http, time, booked: () => end('B-1') }
}

type Noted = {
  step?: Step<TripView>
  problems: { path: string | null; problem: string | null }[]
  show?: (page: JSX.Element) => void
  back?: (path: string) => void
}

type PageProps = { props: StepProps<TripView>; router: Router; noted: Noted }

function Page({ props, router, noted }: PageProps): JSX.Element {
  const step = useStep<typeof trip>(props, router)
  // Only the page that is visible runs its effects; a hidden one is in the document all the same.
  useEffect(() => {
    noted.step = step as unknown as Step<TripView>
  })
  noted.problems.push({ path: props.path, problem: step.problem })
  const wrong = step.problem ?? Object.values(step.errors)[0]
  return (
    <main>
      <h1 {...step.heading}>{step.title ?? 'One moment'}</h1>
      {wrong && <p {...step.alert}>{wrong}</p>}
      {step.id === 'name' && (
        <FlowForm {...step.form('named')}>
          <input name="name" aria-label="name" />
          <button type="submit">Continue</button>
        </FlowForm>
      )}
    </main>
  )
}

/** Keeps the pages that were left, hidden, as Next does. */
function App({ first, noted }: { first: JSX.Element; noted: Noted }): JSX.Element {
  const [pages, setPages] = useState([first])
  noted.show = (page) => setPages((kept) => [...kept.filter(({ key }) => key !== page.key), page])
  noted.back = (path) =>
    setPages((kept) => [...kept.filter(({ key }) => key !== path), ...kept.filter(({ key }) => key === path)])
  return (
    <>
      {pages.map((page, index) => (
        <Activity key={page.key} mode={index === pages.length - 1 ? 'visible' : 'hidden'}>
          {page}
        </Activity>
      ))}
    </>
  )
}

/** A browser with one document. `history` is what its router was asked for. */
export async function openApp({ http, time }: ReturnType<typeof serveTrip>, network = browser(http)) {
  const url = `${site}/api/flows/trip?app=${++apps}`
  networks.set(url, network)
  const read = async () => (await (await network(`${site}/api/flows/trip`)).json()) as TripView
  const history: string[] = []
  const noted: Noted = { problems: [] }
  const router = {
    push: (to: string) => void history.push(`push ${to}`),
    replace: (to: string) => void history.push(`replace ${to}`),
  }

  async function rendered(to: string): Promise<JSX.Element> {
    const view = await read()
    const found = stepFor(view, to.replace(/^\/trip\/?/, '').split('?')[0] || undefined)
    if ('redirectTo' in found) return rendered(pageUrl('/trip', found.redirectTo))
    const path = found.step?.path ?? null
    return (
      <Page
        key={path ?? ''}
        props={{ view, path, url, base: '/trip', now: Date.now() + time.passedMs, words: english }}
        router={router}
        noted={noted}
      />
    )
  }

  render(<App first={await rendered('/trip')} noted={noted} />)
  return {
    history,
    problems: noted.problems,
    network,
    step: () => noted.step as Step<TripView>,
    /** Goes where the router was asked to go last, or to `to`. */
    async follow(to = history.at(-1)?.split(' ')[1] ?? '') {
      const page = await rendered(to)
      await act(async () => noted.show?.(page))
    },
    /** Shows a page that was kept, as it was rendered then. */
    back: (path: string) => act(async () => noted.back?.(path)),
    refresh: () => act(() => noted.step?.flow.refresh()),
    send: (event: { type: string }) => act(() => (noted.step as unknown as Step).send(event)),
    /** An event of another tab of this browser, or of another browser. */
    async elsewhere(event: object, by: typeof fetch = network) {
      await by(`${site}/api/flows/trip/events`, asJson({ opId: opId(), event }))
      await act(() => noted.step?.flow.refresh())
    },
    /** Another browser that has the same session open. */
    async join(): Promise<typeof fetch> {
      const issued = await network(`${site}/api/flows/trip/handoffs`, asJson({ mode: 'join' }))
      const token = new URL((await issued.json()).url).hash.slice(1)
      const other = browser(http)
      await other(`${site}/api/flows/handoffs/redeem`, asJson({ token }))
      return other
    },
  }
}

/** The event that gives a name. */
export const named = { type: 'named', name: 'Ada' }

/** A person who has given their name, at the list of guests. */
export async function atGuests() {
  const server = serveTrip()
  const app = await openApp(server)
  await app.send(named)
  await app.follow()
  return { ...app, server }
}
