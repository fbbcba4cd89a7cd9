// Rows of a list with a form each: forms of one event at one step, each with a draft of its own.

import { act, fireEvent, render, screen, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ada, asForm, asJson, browser, flowUrl, opId, type order, serve } from '../../fixtures/order.ts'
import { draftOf } from '../client/index.ts'
import type { ViewOf } from '../flow/define.ts'
import { FlowForm } from './flow-form.tsx'
import { controlPage, pass } from './form-page.fixture.tsx'
import { type UseFlowOptions, useFlow } from './use-flow.ts'

controlPage()

type OrderView = ViewOf<typeof order>
let pages = 0

/** A page with a form of the same event in each row; `named`: each has a name. */
async function list({ named = true, network = browser(serve().http), Page = Rows } = {}) {
  const url = `${flowUrl}?rows=${++pages}`
  const sent: { path: string; body: Record<string, unknown> }[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    const path = String(input).replace(/\?rows=\d+/, '')
    if (init?.body) sent.push({ path: path.slice(flowUrl.length), body: JSON.parse(String(init.body)) })
    return network(path, init)
  }
  const view = async () => (await (await network(flowUrl)).json()) as OrderView
  const first = await view()
  return { element: <Page options={{ url, view: first, fetch }} named={named} />, sent, network, view }
}

function Rows({ options, named }: { options: UseFlowOptions<OrderView>; named: boolean }): ReactNode {
  const flow = useFlow<typeof order>(options)
  return ['one', 'two'].map((row) => (
    <FlowForm
      key={row}
      flow={flow}
      type="details.submitted"
      step="details"
      aria-label={row}
      {...(named && { name: row })}
      answers={{ ...ada, name: row }}
    >
      {({ values, issues }) => (
        <>
          <input name="name" aria-label="name" defaultValue={values.name} />
          <input name="email" aria-label="email" defaultValue={values.email} />
          {issues.map(({ message }) => (
            <p key={message}>{message}</p>
          ))}
          <button type="submit">Save</button>
        </>
      )}
    </FlowForm>
  ))
}

/** A form whose answer makes another form of it. */
function Adding({ options }: { options: UseFlowOptions<OrderView> }): ReactNode {
  const flow = useFlow<typeof order>(options)
  const given = flow.view.context.details ? 1 : 0
  return (
    <FlowForm key={given} flow={flow} type="details.submitted" step="details" name="new" aria-label={`${given} given`}>
      {({ values }) => (
        <>
          <input name="name" aria-label="name" defaultValue={values.name} />
          <input name="email" aria-label="email" defaultValue={values.email} />
          <button type="submit">Save</button>
        </>
      )}
    </FlowForm>
  )
}

const row = (name: string) => within(screen.getByRole('form', { name }))
const field = (form: string, name: string) => row(form).getByLabelText<HTMLInputElement>(name)
const type = (form: string, name: string, value: string) => fireEvent.input(field(form, name), { target: { value } })
const shown = () => ['one', 'two'].map((form) => [field(form, 'name').value, field(form, 'email').value])
const show = async (element: ReactNode) => {
  const page = render(element)
  await act(() => import('./form-drafts.ts'))
  return page
}

describe('rows with names', () => {
  it('keep what was typed apart, on this page and on the next', async () => {
    const { element, network, sent, view } = await list()
    const page = await show(element)
    type('one', 'name', 'Ada')
    await pass(2000)
    type('two', 'email', 'two@example.org')
    await pass(2000)
    const typed = [
      ['Ada', ada.email],
      ['two', 'two@example.org'],
    ]
    expect(shown()).toEqual(typed)
    expect(sent.map(({ body }) => [body.form, body.values])).toEqual([
      ['details.submitted#one', { name: 'Ada' }],
      ['details.submitted#two', { email: 'two@example.org' }],
    ])
    page.unmount()
    const next = await list({ network })
    await show(next.element)
    expect(shown()).toEqual(typed)
    expect(Object.keys((await view()).drafts.details?.forms ?? {})).toContain('details.submitted#two')
  })

  it('are refused, and end their drafts, one by one', async () => {
    const { element, view } = await list()
    await show(element)
    type('one', 'name', 'Ada')
    type('two', 'email', 'not one')
    await pass(2000)
    fireEvent.click(row('two').getByText('Save'))
    await pass(2000)
    expect(row('two').getByText('Enter an email address')).toBeTruthy()
    expect(row('one').queryByText('Enter an email address')).toBeNull()
    fireEvent.click(row('one').getByText('Save'))
    await pass(2000)
    const { context, drafts } = await view()
    expect(context.details).toEqual(ada)
    expect(drafts.details).toMatchObject({ form: 'details.submitted#two', values: { email: 'not one' } })
  })

  it('are refused one by one without JavaScript as well', async () => {
    const { element, network } = await list()
    const root = document.createElement('div')
    root.innerHTML = renderToString(element)
    const form = root.querySelector<HTMLFormElement>('form[aria-label=two]') as HTMLFormElement
    const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)])
    const wrong = fields.map(([name, value]): [string, string] => [name, name === 'email' ? 'not one' : value])
    await network(`${flowUrl}/events`, asForm(wrong))
    const next = await list({ network })
    root.innerHTML = renderToString(next.element)
    document.body.append(root)
    expect(shown()).toEqual([
      ['one', ada.email],
      ['two', 'not one'],
    ])
    expect(row('one').queryByText('Enter an email address')).toBeNull()
    expect(row('two').getByText('Enter an email address')).toBeTruthy()
    root.remove()
  })
})

describe('rows without names', () => {
  it('keep no drafts, and never fill in one another', async () => {
    const { element, network, sent } = await list({ named: false })
    await show(element)
    type('one', 'name', 'Ada')
    await pass(2000)
    const values = { name: 'Grace' }
    await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values, form: 'details.submitted' }, 'PUT'))
    type('two', 'email', 'not one')
    await pass(2000)
    fireEvent.click(row('two').getByText('Save'))
    await pass(2000)
    expect(shown()).toEqual([
      ['Ada', ada.email],
      ['two', 'not one'],
    ])
    expect(sent.filter(({ path }) => path.startsWith('/drafts'))).toEqual([])
  })
})

describe('a form that is made anew by what it adds', () => {
  it('begins empty: its answer comes with the page that takes the form away', async () => {
    const { element, sent, view } = await list({ Page: Adding })
    await show(element)
    type('0 given', 'name', 'Ada')
    type('0 given', 'email', 'ada@example.org')
    fireEvent.click(row('0 given').getByText('Save'))
    await pass(5000)
    expect([field('1 given', 'name').value, field('1 given', 'email').value]).toEqual(['', ''])
    expect([sent.map(({ path }) => path), (await view()).drafts]).toEqual([['/events'], {}])
    expect(localStorage).toHaveLength(0)
  })

  it.each([true, false])('adds one row where its page died before the answer; it was applied: %s', async (applied) => {
    const network = browser(serve().http)
    await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { note: 'x' } }, 'PUT'))
    const dying: typeof fetch = async (input, init) => {
      const isEvent = String(input).endsWith('/events')
      if (!isEvent || applied) await network(input, init)
      return isEvent ? new Promise<Response>(() => {}) : network(input, init)
    }
    const { element } = await list({ Page: Adding, network: dying as typeof network })
    const page = await show(element)
    type('0 given', 'name', 'Ada')
    type('0 given', 'email', 'ada@example.org')
    fireEvent.click(row('0 given').getByText('Save'))
    await pass(0)
    const kept = Object.entries({ ...localStorage })
    expect(JSON.stringify(kept)).toContain('ada@example.org')
    page.unmount()
    localStorage.clear()
    const { element: next, sent, view } = await list({ Page: Adding, network })
    for (const [key, text] of kept) localStorage.setItem(key.replace(/rows=\d+/, `rows=${pages}`), String(text))
    await show(next)
    await pass(2000)
    const given = applied ? '1 given' : '0 given'
    const typed = applied ? ['', ''] : ['Ada', 'ada@example.org']
    expect([field(given, 'name').value, field(given, 'email').value]).toEqual(typed)
    const draft = draftOf(await view(), 'details', 'details.submitted#new')?.values
    expect([draft?.name ?? '', draft?.email ?? '']).toEqual(typed)
    expect(sent.map(({ path }) => path)).toEqual(['/drafts/details'])
  })
})
