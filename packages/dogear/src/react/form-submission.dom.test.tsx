// A submission takes the place of the drafts it comes from, whatever becomes of it.

import { describe, expect, it } from 'vitest'
import { ada, asJson, detailsSubmitted, flowUrl } from '../../fixtures/order.ts'
import { controlPage, hide, offline, openForm, pass, show, submit, type } from './form-page.fixture.tsx'

controlPage()

describe('a submission', () => {
  it('takes the place of the draft it comes from', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    await pass(800)
    submit()
    await pass(5000)
    expect(events[0]?.opId).toBe(drafts[0]?.opId)
    expect(drafts).toHaveLength(1)
    expect(await draft()).toBeUndefined()
  })

  it('sent as the page is left does not come back as a draft', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    submit()
    hide()
    await pass(5000)
    expect(drafts).toMatchObject([{ opId: events[0]?.opId, keepalive: true }])
    expect(await draft()).toBeUndefined()
  })

  it('refused as invalid is kept with what is wrong with it', async () => {
    const { element, drafts, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    type('email', 'not one')
    submit()
    await pass(5000)
    expect(await draft()).toMatchObject({
      values: { name: 'Ada', email: 'not one' },
      issues: [{ path: ['email'], message: 'Enter an email address' }],
    })
    expect(drafts).toHaveLength(1)
  })

  it('refused as invalid is kept although it could not be at first', async () => {
    const { element, trouble, draft } = await openForm()
    await show(element)
    type('name', 'Ada')
    const through = () => undefined
    trouble.push(through, offline, offline, offline, offline)
    submit()
    await pass(20_000)
    expect((await draft())?.values).toEqual({ name: 'Ada', email: '', note: '', extras: '' })
  })

  it('that nobody answered is kept as a draft, unless it was taken after all', async () => {
    const { element, trouble, network, draft, drafts, events } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    const lost = async () => {
      const { opId } = events[0] ?? {}
      await network(`${flowUrl}/events`, asJson({ opId, step: 'details', event: detailsSubmitted }))
      throw new TypeError('lost')
    }
    trouble.push(lost, offline, offline, offline)
    submit()
    await pass(20_000)
    expect(drafts).toMatchObject([{ opId: events[0]?.opId, values: ada }])
    expect(await draft()).toBeUndefined()
  })

  it('that nobody answered takes nothing of what is typed after it', async () => {
    const { element, trouble, network, draft, events } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    trouble.push(async () => {
      const { opId } = events[0] ?? {}
      await network(`${flowUrl}/events`, asJson({ opId, step: 'details', event: detailsSubmitted }))
      throw new TypeError('lost')
    })
    trouble.push(offline, offline, offline)
    submit()
    await pass(4500)
    type('name', 'Grace')
    await pass(5000)
    expect((await draft())?.values).toMatchObject({ name: 'Grace' })
  })

  it('is followed by drafts of the next one', async () => {
    const { element, drafts, events, draft } = await openForm()
    await show(element)
    for (const [name, value] of Object.entries(ada)) type(name, value)
    submit()
    await pass(0)
    type('name', 'Grace')
    await pass(800)
    expect(drafts).toHaveLength(1)
    expect(drafts[0]?.opId).not.toBe(events[0]?.opId)
    expect((await draft())?.values).toEqual({ name: 'Grace' })
  })
})
