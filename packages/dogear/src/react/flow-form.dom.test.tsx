// The form with JavaScript and without: what it sends, what it keeps, and what counts as one submission.

import { act, fireEvent, render, screen } from '@testing-library/react'
import { useEffect } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ada, asForm, browser, flowUrl, type order, serve } from '../../fixtures/order.ts'
import type { SendResult } from '../client/index.ts'
import type { EventOf, ViewOf } from '../flow/define.ts'
import { FlowForm } from './flow-form.tsx'
import { type FlowHandle, type UseFlowOptions, useFlow } from './use-flow.ts'

type OrderView = ViewOf<typeof order>
type OrderFlow = FlowHandle<OrderView, EventOf<typeof order>>

let pages = 0

async function page() {
  const { http } = serve()
  const url = `${flowUrl}?form=${++pages}`
  const network = browser(http)
  const sent: { opId: string; step: string; event: Record<string, unknown> }[] = []
  const trouble: (() => Promise<Response>)[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (init?.method === 'POST') sent.push(JSON.parse(String(init.body)))
    return trouble.shift()?.() ?? network(String(input).replace(/\?form=\d+/, ''), init)
  }
  const view = (await (await network(flowUrl)).json()) as OrderView
  const noted: Noted = { replies: [], flow: undefined }
  const details = <Details options={{ url, view, fetch }} noted={noted} />
  return { details, sent, trouble, replies: noted.replies, view, network, flow: () => noted.flow as OrderFlow }
}

type Noted = { replies: SendResult<OrderView>[]; flow: OrderFlow | undefined }

function Details({ options, noted }: { options: UseFlowOptions<OrderView>; noted: Noted }) {
  const flow = useFlow<typeof order>(options)
  useEffect(() => {
    noted.flow = flow
  })
  return (
    <FlowForm
      flow={flow}
      type="details.submitted"
      step="details"
      aria-label="details"
      onReply={(reply) => noted.replies.push(reply)}
    >
      <input name="name" aria-label="name" />
      <input name="email" aria-label="email" />
      <input name="note" aria-label="note" />
      <input type="checkbox" name="extras" value="gift" aria-label="gift" />
      <input type="checkbox" name="extras" value="card" aria-label="card" />
      <button type="submit">Continue</button>
      <button type="submit" name="note" value="fast">
        Continue fast
      </button>
    </FlowForm>
  )
}

const form = () => screen.getByRole<HTMLFormElement>('form', { name: 'details' })
const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name)
const hidden = (name: string) => form().querySelector<HTMLInputElement>(`input[type=hidden][name="dogear.${name}"]`)
const type = (values: Record<string, string>) => {
  for (const [name, value] of Object.entries(values)) fireEvent.change(field(name), { target: { value } })
}
const click = (name = 'Continue') => fireEvent.click(screen.getByRole('button', { name }))
/** Lets the answers arrive. */
const answered = (replies: unknown[], count = 1) =>
  act(() => vi.waitFor(() => expect(replies.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 }))

afterEach(() => vi.useRealTimers())

describe('FlowForm', () => {
  it('is a plain form, complete without JavaScript', async () => {
    const { details, view, network } = await page()
    const html = renderToString(details)
    const root = document.createElement('div')
    root.innerHTML = html
    const plain = root.querySelector('form')
    expect(plain?.getAttribute('method')).toBe('post')
    expect(plain?.getAttribute('action')).toContain('/api/flows/order')
    expect(plain?.getAttribute('action')).toContain('/events')
    expect(plain?.noValidate).toBe(true)
    const fields = Object.fromEntries(
      [...new FormData(plain as HTMLFormElement)].map(([name, value]) => [name, String(value)]),
    )
    expect(fields).toMatchObject({
      'dogear.step': 'details',
      'dogear.position': `${view.epoch}.${view.revision}.${view.mark}`,
      'dogear.type': 'details.submitted',
      'dogear.version': '1',
    })
    const response = await network(`${flowUrl}/events`, asForm({ ...fields, ...ada }))
    expect(response.headers.get('location')).toBe('/order/payment')
  })

  it('sends its fields as an event: several values as a list, empty ones not at all', async () => {
    const { details, sent, replies, flow } = await page()
    render(details)
    type(ada)
    fireEvent.click(field('gift'))
    fireEvent.click(field('card'))
    click()
    await answered(replies)
    expect(sent[0]).toMatchObject({
      step: 'details',
      event: { type: 'details.submitted', ...ada, extras: ['gift', 'card'] },
    })
    expect(sent[0]?.event).not.toHaveProperty('note')
    expect(replies[0]).toMatchObject({ ok: true, outcome: 'applied' })
    expect(flow().view).toMatchObject({ step: 'payment', context: { details: { ...ada, extras: ['gift', 'card'] } } })
  })

  it('sends the value of the button that was pressed', async () => {
    const { details, sent, replies } = await page()
    render(details)
    type(ada)
    click('Continue fast')
    await answered(replies)
    expect(sent[0]?.event).toMatchObject({ note: 'fast' })
  })

  it('is busy while it waits, and never disabled', async () => {
    const { details, replies } = await page()
    render(details)
    type(ada)
    expect(form().getAttribute('aria-busy')).toBe('false')
    click()
    expect(form().getAttribute('aria-busy')).toBe('true')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Continue' }).disabled).toBe(false)
    await answered(replies)
    expect(form().getAttribute('aria-busy')).toBe('false')
  })

  it('keeps what was typed after a refusal, and says what is wrong', async () => {
    const { details, replies, flow } = await page()
    render(details)
    type({ name: 'Ada', email: 'not one' })
    click()
    await answered(replies)
    expect([field('name').value, field('email').value]).toEqual(['Ada', 'not one'])
    expect(flow().problem).toMatchObject({
      code: 'invalid_event',
      issues: [{ path: ['email'], message: 'Enter an email address' }],
    })
  })

  it('leaves the problem of its values behind with its page', async () => {
    const { details, replies, flow } = await page()
    const { unmount } = render(details)
    click()
    await answered(replies)
    const { client } = flow()
    expect(client.getSnapshot().problem).not.toBeNull()
    unmount()
    expect(client.getSnapshot().problem).toBeNull()
  })

  it('leaves the sending to the page if the page says so', async () => {
    const { sent, flow, details } = await page()
    render(details)
    const handle = flow()
    render(
      <FlowForm flow={handle} type="details.submitted" aria-label="own" onSubmit={(event) => event.preventDefault()}>
        <button type="submit">Stop</button>
      </FlowForm>,
    )
    click('Stop')
    expect(sent).toEqual([])
  })
})

describe('a submission', () => {
  it('of a double click is one event, answered once', async () => {
    const { details, sent, replies, flow } = await page()
    render(details)
    type(ada)
    click()
    click()
    await answered(replies)
    expect([sent.length, replies.length, flow().view.revision]).toEqual([1, 1, 1])
  })

  it('of a slow double click, after the answer came, is still one event', async () => {
    const { details, sent, replies, flow } = await page()
    render(details)
    type(ada)
    click()
    await answered(replies)
    click()
    await answered(replies, 2)
    expect(sent[1]?.opId).toBe(sent[0]?.opId)
    expect(replies[1]).toMatchObject({ ok: true, outcome: 'duplicate' })
    expect(flow().view.revision).toBe(1)
  })

  it('of the same values a while later is another event', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { details, sent, replies } = await page()
    render(details)
    type(ada)
    click()
    await answered(replies)
    vi.setSystemTime(Date.now() + 1001)
    click()
    await answered(replies, 2)
    expect(sent[1]?.opId).not.toBe(sent[0]?.opId)
  })

  it('of other values is another event, also while the first is on its way', async () => {
    const { details, sent, replies, flow } = await page()
    render(details)
    type(ada)
    click()
    type({ name: 'Grace' })
    click()
    await answered(replies, 2)
    expect(sent[1]?.opId).not.toBe(sent[0]?.opId)
    expect(flow().view.context).toMatchObject({ details: { name: 'Grace' } })
  })

  it('tried again unchanged after trouble is the same event; changed, it is another', async () => {
    const { details, sent, replies, trouble } = await page()
    render(details)
    type(ada)
    const broken = () => Promise.resolve(new Response('broken', { status: 500 }))
    for (const values of [{}, {}, { name: 'Grace' }]) {
      trouble.push(broken)
      type(values)
      click()
      await answered(replies, replies.length + 1)
    }
    const [first, second, third] = sent.map(({ opId }) => opId)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('after a refusal is another event', async () => {
    const { details, sent, replies } = await page()
    render(details)
    click()
    await answered(replies)
    click()
    await answered(replies, 2)
    expect(sent[1]?.opId).not.toBe(sent[0]?.opId)
  })

  it('begun before the page woke up and repeated after it is one event', async () => {
    const { details, replies, network, flow } = await page()
    const root = document.createElement('div')
    document.body.append(root)
    root.innerHTML = renderToString(details)
    const rendered = hidden('opId')?.value ?? ''
    await network(
      `${flowUrl}/events`,
      asForm({
        'dogear.opId': rendered,
        'dogear.step': 'details',
        'dogear.position': '0.0.',
        'dogear.type': 'details.submitted',
        ...ada,
      }),
    )
    const recovered: unknown[] = []
    const hydrated = await act(async () =>
      hydrateRoot(root, details, { onRecoverableError: (error) => recovered.push(error) }),
    )
    expect([hidden('opId')?.value, recovered]).toEqual([rendered, []])
    type(ada)
    click()
    await answered(replies)
    expect(replies[0]).toMatchObject({ ok: true, outcome: 'duplicate' })
    expect(flow().view.revision).toBe(1)
    act(() => hydrated.unmount())
    root.remove()
  })
})
