// Two devices at one step: fields nobody edits follow, and what somebody is typing is never replaced without asking.

import { act, fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ada, asJson, detailsSubmitted, flowUrl, opId } from '../../fixtures/order.ts'
import type { FlowFormState } from './flow-form.tsx'
import {
  type FormPage,
  field,
  openForm,
  type PageOptions,
  pass,
  show,
  submit,
  type,
  values,
} from './form-page.fixture.tsx'

const paid = { type: 'payment.submitted' as const, method: 'card' }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => vi.useRealTimers())

const text = (value: FlowFormState['values'][string]) => value ?? ''
const has = (value: FlowFormState['values'][string], one: string) => value?.includes(one) ?? false

/** The fields as a page makes them: from what the form gives it. */
function children({ values, conflict }: FlowFormState) {
  return (
    <>
      {conflict && (
        <div role="alert">
          <p data-testid="banner">
            {conflict.fields.map(({ name, mine, theirs }) => `${name}: ${mine} / ${theirs}`).join(', ')}
            {conflict.submitted && ' submitted'}
          </p>
          <button type="button" onClick={conflict.keepMine}>
            Keep mine
          </button>
          <button type="button" onClick={conflict.takeTheirs}>
            Take theirs
          </button>
        </div>
      )}
      <input name="name" aria-label="name" defaultValue={text(values.name)} />
      <input name="email" aria-label="email" defaultValue={text(values.email)} />
      <select name="note" aria-label="note" defaultValue={text(values.note)}>
        <option value="" />
        <option value="fast">fast</option>
        <option value="slow">slow</option>
      </select>
      <input type="checkbox" name="extras" value="gift" aria-label="gift" defaultChecked={has(values.extras, 'gift')} />
      <input type="checkbox" name="extras" value="card" aria-label="card" defaultChecked={has(values.extras, 'card')} />
      <button type="submit">Continue</button>
    </>
  )
}

const answers: PageOptions['answers'] = (view) => view.context.details
async function open(options: PageOptions = {}): Promise<FormPage> {
  const page = await openForm({ children, answers, ...options } as PageOptions)
  await show(page.element)
  return page
}
const told = ({ conflicts }: FormPage) => conflicts.at(-1) ?? null
const press = (name: string) => fireEvent.click(screen.getByText(name))
const banner = () => screen.queryByTestId('banner')?.textContent ?? null

describe('a field nobody touched', () => {
  it('shows what is typed elsewhere, whatever it is, and keeps the focus', async () => {
    const { elsewhere, drafts, conflicts } = await open()
    field('email').focus()
    await elsewhere.types({ name: 'Ada', email: 'ada@', note: 'slow', extras: ['gift', 'card'] })
    expect([field('name').value, field('email').value, field('note').value]).toEqual(['Ada', 'ada@', 'slow'])
    expect([field('gift').checked, field('card').checked]).toEqual([true, true])
    expect(document.activeElement).toBe(field('email'))
    await elsewhere.types({ name: '', extras: 'card', note: '' })
    expect([field('name').value, field('note').value]).toEqual(['', ''])
    expect([field('gift').checked, field('card').checked]).toEqual([false, true])
    await pass(5000)
    expect([drafts, conflicts]).toEqual([[], []])
  })

  it('follows although the one next to it was touched', async () => {
    const { elsewhere, drafts, draft, conflicts } = await open()
    type('name', 'Ada')
    await elsewhere.types({ email: 'ada@' })
    expect([field('name').value, field('email').value]).toEqual(['Ada', 'ada@'])
    await pass(800)
    expect(values(drafts)).toEqual([{ name: 'Ada' }])
    expect((await draft())?.values).toEqual({ name: 'Ada', email: 'ada@' })
    expect(conflicts).toEqual([])
  })

  it('shows what was submitted elsewhere, and what was submitted with it left empty', async () => {
    const { elsewhere, conflicts } = await open({ before: [{ ...detailsSubmitted, note: 'fast' }] })
    expect([field('name').value, field('note').value]).toEqual(['Ada', 'fast'])
    await elsewhere.sends({ ...detailsSubmitted, name: 'Grace' })
    expect([field('name').value, field('note').value]).toEqual(['Grace', ''])
    expect(conflicts).toEqual([])
  })

  it('is made anew where the page does not tell what was submitted', async () => {
    const page = await open({ before: [detailsSubmitted], answers: undefined })
    const made = field('name')
    await page.elsewhere.types({ email: 'ada@' })
    expect([field('name') === made, field('email').value]).toEqual([true, 'ada@'])
    await page.elsewhere.sends({ ...detailsSubmitted, name: 'Grace' })
    expect(field('name')).not.toBe(made)
  })

  it('tells a page that listens to it', async () => {
    const page = await openForm({ children: <Controlled /> })
    await show(page.element)
    await page.elsewhere.types({ name: 'Ada', extras: 'gift' })
    expect(screen.getByTestId('state').textContent).toBe('Ada true')
    expect([field('name').value, field('gift').checked]).toEqual(['Ada', true])
  })

  it('does not take for its own what is hidden or secret', async () => {
    const page = await openForm({
      children: (
        <>
          <input type="hidden" name="method" value="invoice" />
          <input type="password" name="name" aria-label="name" />
        </>
      ),
    })
    const { container } = await show(page.element)
    await page.elsewhere.types({ method: 'card', name: 'x', other: 'y' })
    expect([container.querySelector<HTMLInputElement>('[name=method]')?.value, field('name').value]).toEqual([
      'invoice',
      '',
    ])
    expect(page.conflicts).toEqual([])
  })
})

function Controlled() {
  const [name, setName] = useState('')
  const [gift, setGift] = useState(false)
  return (
    <>
      <input name="name" aria-label="name" value={name} onChange={(event) => setName(event.target.value)} />
      <input
        type="checkbox"
        name="extras"
        value="gift"
        aria-label="gift"
        checked={gift}
        onChange={(event) => setGift(event.target.checked)}
      />
      <p data-testid="state">{`${name} ${gift}`}</p>
    </>
  )
}

describe('a field that was typed into', () => {
  it('is never changed by what is typed elsewhere: the page is told, and neither is saved over the other', async () => {
    const page = await open()
    type('name', 'Ada')
    await pass(800)
    await page.elsewhere.types({ name: 'Grace', email: 'grace@' })
    expect([field('name').value, field('email').value]).toEqual(['Ada', 'grace@'])
    expect(told(page)).toMatchObject({ fields: [{ name: 'name', mine: 'Ada', theirs: 'Grace' }], submitted: false })
    expect(banner()).toBe('name: Ada / Grace')
    type('name', 'Ada L.')
    expect(banner()).toBe('name: Ada L. / Grace')
    await pass(5000)
    expect((await page.draft())?.values).toEqual({ name: 'Grace', email: 'grace@' })
  })

  it('is kept, and saved, if the person says so', async () => {
    const page = await open()
    type('name', 'Ada')
    await pass(800)
    await page.elsewhere.types({ name: 'Grace' })
    press('Keep mine')
    expect([told(page), banner()]).toEqual([null, null])
    await pass(0)
    expect((await page.draft())?.values).toEqual({ name: 'Ada' })
    await page.elsewhere.types({ name: 'Hedy' })
    expect(banner()).toBe('name: Ada / Hedy')
  })

  it('takes theirs if the person says so, and follows from then on', async () => {
    const page = await open()
    type('name', 'Ada')
    type('email', 'ada@')
    await page.elsewhere.types({ name: 'Grace' })
    press('Take theirs')
    expect([field('name').value, field('email').value, banner(), told(page)]).toEqual(['Grace', 'ada@', null, null])
    await pass(5000)
    expect((await page.draft())?.values).toEqual({ name: 'Grace', email: 'ada@' })
    await page.elsewhere.types({ name: 'Hedy' })
    expect([field('name').value, banner()]).toEqual(['Hedy', null])
  })

  it('is saved when the page is left in the middle of it: the later one wins', async () => {
    const page = await open()
    type('name', 'Ada')
    await page.elsewhere.types({ name: 'Grace' }, { ageMs: 60_000 })
    act(() => void window.dispatchEvent(new Event('pagehide')))
    await pass(0)
    expect((await page.draft())?.values).toEqual({ name: 'Ada' })
  })

  it('is no conflict any more once it was submitted', async () => {
    const page = await open()
    for (const [name, value] of Object.entries(ada)) type(name, value)
    await page.elsewhere.types({ name: 'Grace' })
    expect(banner()).toBe('name: Ada / Grace')
    submit()
    await pass(0)
    expect([told(page), field('name').value, page.flow().view.step]).toEqual([null, 'Ada', 'payment'])
  })
})

describe('a field that was typed into, saved and left', () => {
  it('shows what is typed into it elsewhere later, and nobody is asked', async () => {
    const page = await open()
    type('name', 'Ada')
    act(() => field('email').focus())
    await pass(800)
    await page.elsewhere.types({ name: 'Grace' })
    expect([field('name').value, page.conflicts]).toEqual(['Grace', []])
    await pass(5000)
    expect((await page.draft())?.values).toEqual({ name: 'Grace' })
    type('name', 'Ada')
    await pass(800)
    expect((await page.draft())?.values).toEqual({ name: 'Ada' })
  })

  it('is a list of boxes once the last of them was clicked, as a click is complete', async () => {
    const page = await open()
    fireEvent.click(field('gift'))
    act(() => field('card').focus())
    fireEvent.click(field('card'))
    await pass(800)
    expect((await page.draft())?.values).toEqual({ extras: ['gift', 'card'] })
    await page.elsewhere.types({ extras: 'card' })
    expect([field('gift').checked, field('card').checked, page.conflicts]).toEqual([false, true, []])
    await page.elsewhere.types({ extras: '' })
    expect([field('gift').checked, field('card').checked, page.conflicts]).toEqual([false, false, []])
  })

  it('shows what was typed later elsewhere also if its own save came after that', async () => {
    const page = await open()
    type('name', 'Ada')
    act(() => field('email').focus())
    await pass(50)
    await page.network(
      `${flowUrl}/drafts/details`,
      asJson({ opId: opId(), values: { name: 'Grace' }, form: 'details.submitted' }, 'PUT'),
    )
    // Requests under way get their answers in between: each waits for the batch that it comes in.
    for (let round = 0; round < 4; round++) {
      await act(() => new Promise((resolve) => setImmediate(resolve)))
      await pass(50)
    }
    expect([field('name').value, page.conflicts]).toEqual(['Grace', []])
  })
})

describe('a step submitted elsewhere', () => {
  it('does not take away what was typed here', async () => {
    const page = await open({ before: [detailsSubmitted, paid] })
    type('name', 'Ada L.')
    await pass(800)
    await page.elsewhere.sends({ ...detailsSubmitted, name: 'Grace', email: 'grace@example.org' })
    expect([field('name').value, field('email').value]).toEqual(['Ada L.', 'grace@example.org'])
    expect(banner()).toBe('name: Ada L. / Grace submitted')
  })

  it('does not empty the fields of a page that does not tell what was submitted', async () => {
    const page = await openForm()
    await show(page.element)
    await page.elsewhere.types({ email: 'ada@' })
    type('name', 'Ada')
    await page.elsewhere.sends({ ...detailsSubmitted, name: 'Grace' })
    expect([field('name').value, field('email').value]).toEqual(['Ada', 'ada@'])
    expect(told(page)).toMatchObject({ fields: [], submitted: true })
  })

  it('is gone on with if the person keeps theirs, from what was typed', async () => {
    const page = await open()
    type('name', 'Ada')
    type('email', ada.email)
    await pass(800)
    await page.elsewhere.sends({ ...detailsSubmitted, name: 'Grace' })
    expect(told(page)).toMatchObject({ submitted: true })
    press('Keep mine')
    await pass(0)
    expect(told(page)).toBeNull()
    expect((await page.draft())?.values).toEqual({ name: 'Ada', email: ada.email })
    submit()
    await pass(0)
    expect(page.flow().view.context).toMatchObject({ details: { name: 'Ada' } })
  })

  it('is shown as it was submitted if the person takes that, and leaves no draft behind', async () => {
    const page = await open()
    type('name', 'Ada')
    await pass(800)
    await page.elsewhere.sends({ ...detailsSubmitted, name: 'Grace' })
    type('email', 'mine@')
    await pass(800)
    expect((await page.draft())?.values).toEqual({ email: 'mine@' })
    press('Take theirs')
    await pass(0)
    expect([field('name').value, field('email').value, told(page)]).toEqual(['Grace', ada.email, null])
    await pass(5000)
    expect((await page.draft())?.values ?? {}).toEqual({})
  })

  it('is not what this page has submitted itself', async () => {
    const page = await open()
    for (const [name, value] of Object.entries(ada)) type(name, ` ${value}`.trimStart())
    await pass(800)
    await act(() => page.flow().send({ ...detailsSubmitted, name: 'by another form of the page' }))
    submit()
    await pass(0)
    expect(page.conflicts.filter((conflict) => conflict?.submitted)).toEqual([])
  })
})

describe('a session that moved to another device', () => {
  it('leaves what was typed alone, and goes on from there when it is taken back', async () => {
    const page = await open({ before: [detailsSubmitted] })
    type('name', 'Ada L.')
    await pass(800)
    const { view } = page.flow()
    const initial = {
      ...view,
      tag: null,
      epoch: 0,
      revision: 0,
      mark: '',
      saved: false,
      context: { details: null, method: null },
    }
    const gone = { why: 'moved' as const, to: 'Phone', at: 0, takeBack: true }
    act(() => page.flow().client.accept({ ...initial, drafts: {}, gone }))
    expect([page.flow().view.gone?.why, field('name').value, page.conflicts]).toEqual(['moved', 'Ada L.', []])
    await act(() => page.flow().refresh())
    expect([page.flow().view.gone, field('name').value, page.conflicts]).toEqual([null, 'Ada L.', []])
  })
})

describe('a session that was started over elsewhere', () => {
  it('leaves a form somebody is typing into as it stands, also where they have not typed', async () => {
    const page = await open({ before: [detailsSubmitted] })
    type('name', 'Ada L.')
    await pass(800)
    const { view } = page.flow()
    const fresh = { tag: null, epoch: 0, revision: 0, mark: '', saved: false, gone: null, drafts: {} }
    act(() =>
      page.flow().client.accept({ ...view, ...fresh, tag: 'another', context: { details: null, method: null } }),
    )
    await pass(0)
    expect([field('name').value, field('email').value]).toEqual(['Ada L.', ada.email])
  })
})
