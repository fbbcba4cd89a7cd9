// The answers that a form shows: dates as their fields hold them, nested values by the names of their fields.

import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { FlowFormState } from './flow-form.tsx'
import { openForm } from './form-page.fixture.tsx'

it.each([
  ['a date that has arrived', { born: '1815-12-10T00:00:00.000Z' }, { born: '1815-12-10' }],
  ['a date', { born: new Date('1815-12-10') }, { born: '1815-12-10' }],
  ['a time', { at: '2026-11-28T09:30:00.000Z' }, { at: '2026-11-28T09:30' }],
  ['text that is no date', { note: 'at 09:30' }, { note: 'at 09:30' }],
  [
    'an object',
    { address: { street: 'High St', at: { floor: 3 } } },
    { 'address.street': 'High St', 'address.at.floor': '3' },
  ],
  [
    'rows',
    { people: [{ name: 'Ada' }, { name: 'Bob', news: true }] },
    { 'people[0].name': 'Ada', 'people[1].name': 'Bob', 'people[1].news': 'on' },
  ],
  ['a list', { days: ['mon', 'tue'], one: ['mon'], none: [] }, { days: ['mon', 'tue'], one: 'mon', none: '' }],
  ['boxes', { yes: true, no: false, nothing: null }, { yes: 'on', no: '', nothing: '' }],
])('%s fills its fields', async (_, answers, shown) => {
  let values: FlowFormState['values'] = {}
  const children = (form: FlowFormState) => {
    values = form.values
    return <input type="date" name="born" aria-label="born" defaultValue={form.values.born} />
  }
  const { element } = await openForm({ children, answers: () => answers })
  const root = document.createElement('div')
  root.innerHTML = renderToString(element)
  expect(values).toEqual(shown)
  if ('born' in shown) expect(root.querySelector<HTMLInputElement>('[name=born]')?.value).toBe('1815-12-10')
})
