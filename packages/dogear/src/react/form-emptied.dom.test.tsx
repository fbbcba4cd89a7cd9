// A field that was emptied, or a box that was unticked, stays so: after a refusal or a reload, also without JavaScript.

import { fireEvent } from '@testing-library/react'
import type { JSX } from 'react'
import { flushSync } from 'react-dom'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ada, asForm, flowUrl, opId } from '../../fixtures/order.ts'
import type { FlowFormState } from './flow-form.tsx'
import {
  controlPage,
  field,
  openForm,
  type PageOptions,
  pass,
  show,
  submit,
  type,
  values,
} from './form-page.fixture.tsx'

controlPage()

const children = ({ values }: FlowFormState): JSX.Element => (
  <>
    <input name="name" aria-label="name" defaultValue={values.name} />
    <input name="email" aria-label="email" defaultValue={values.email} />
    <input name="note" aria-label="note" defaultValue={values.note} />
    {['gift', 'card'].map((extra) => (
      <input
        key={extra}
        type="checkbox"
        name="extras"
        value={extra}
        aria-label={extra}
        defaultChecked={[values.extras].flat().includes(extra)}
      />
    ))}
    <button type="submit">Continue</button>
  </>
)
const submitted = { type: 'details.submitted', ...ada, note: 'bell', extras: ['gift', 'card'] }
const options: PageOptions = { children, answers: (view) => view.context.details, before: [submitted] }
const fields = () => [field('note').value, field('gift').checked, field('card').checked]

describe('what was emptied and unticked', () => {
  it('stays so after a refusal and on the next page', async () => {
    const page = await openForm(options)
    const first = await show(page.element)
    expect(fields()).toEqual(['bell', true, true])
    type('note', '')
    type('email', 'not one')
    for (const extra of ['gift', 'card']) fireEvent.click(field(extra))
    submit()
    await pass(5000)
    expect(fields()).toEqual(['', false, false])
    first.unmount()
    await show(page.element)
    expect(fields()).toEqual(['', false, false])
    type('email', ada.email)
    submit()
    await pass(5000)
    expect(page.flow().view.context.details).toEqual(ada)
  })

  it('stays so without JavaScript, where an unticked box is not even named', async () => {
    const { network, ...page } = await openForm(options)
    const { epoch, revision, mark } = page.flow()?.view ?? (await (await network(flowUrl)).json())
    const position = `${epoch}.${revision}.${mark}`
    const body = {
      'dogear.opId': opId(),
      'dogear.step': 'details',
      'dogear.position': position,
      'dogear.type': 'details.submitted',
    }
    await network(`${flowUrl}/events`, asForm({ ...body, name: 'Ada', email: 'not one', note: '' }))
    const again = await openForm({ ...options, before: [], network })
    const root = document.createElement('div')
    root.innerHTML = renderToString(again.element)
    document.body.append(root)
    expect([...fields(), field('email').value]).toEqual(['', false, false, 'not one'])
    root.remove()
  })
})

it('a value of no named form ends with the form that emptied it, though nothing was saved in between', async () => {
  const { elsewhere, network } = await openForm({ children })
  await elsewhere.types({ note: 'bell', extras: 'gift' }, { form: undefined })
  const page = await openForm({ children, network })
  await show(page.element)
  await pass(0)
  expect(fields()).toEqual(['bell', true, false])
  for (const [name, value] of Object.entries({ ...ada, note: '' })) type(name, value)
  fireEvent.click(field('gift'))
  submit()
  await pass(5000)
  expect(page.drafts).toEqual([])
  expect(page.events[0]?.event).toEqual({ type: 'details.submitted', ...ada })
  expect([page.flow().view.step, page.flow().view.drafts]).toEqual(['payment', {}])
})

it('a box is saved though the page renders between its click and the news of it', async () => {
  const { element, drafts, flow } = await openForm()
  await show(element)
  const { client, view } = flow()
  // React hears of a box by its click; the browser announces the change after that.
  const render = () => flushSync(() => client.accept({ ...view, revision: view.revision + 1 }))
  document.addEventListener('click', render, { once: true })
  fireEvent.click(field('gift'))
  await pass(800)
  expect(values(drafts)).toEqual([{ extras: 'gift' }])
})
