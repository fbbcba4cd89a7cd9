// The page of a step: it follows the session, says what went wrong and nothing that is not so.

import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { asJson, opId, site } from '../../fixtures/order.ts'
import { atGuests, named, openApp, serveTrip } from './step-page.fixture.tsx'

const booked = { type: 'booked' }
const title = () => screen.getByRole('heading').textContent
const fill = (name: string) => fireEvent.input(screen.getByLabelText('name'), { target: { value: name } })
const press = async (app: { step(): { flow: { busy: boolean } } }) => {
  fireEvent.click(screen.getByText('Continue'))
  await waitFor(() => expect(app.step().flow.busy).toBe(false))
}
/** The names of the problems that any page has shown, or the one at `path`: a hidden page may render at any time. */
function said({ problems }: Pick<Awaited<ReturnType<typeof openApp>>, 'problems'>, path?: string) {
  const noted = problems.filter((one) => path === undefined || one.path === path).map(({ problem }) => problem)
  return [...new Set(noted)].filter((problem) => problem !== null)
}

describe('a step page', () => {
  it('goes on after an accepted answer', async () => {
    const app = await openApp(serveTrip())
    fill('Ada')
    await press(app)
    expect(app.history).toEqual(['push /trip/guests'])
    await waitFor(() => expect(app.step().leaving).toBe(true))
    await app.follow()
    expect(title()).toBe('Your guests')
  })

  it('stays where the answer leads nowhere else, and adds nothing to the history', async () => {
    const app = await atGuests()
    for (const guest of ['Grace', 'Joan']) await app.send({ type: 'guest.added', guest } as never)
    expect(app.history).toEqual(['push /trip/guests'])
    expect(app.step().view.context.guests).toEqual(['Grace', 'Joan'])
  })

  it('gives the focus to what went wrong, every time, and the messages to their fields', async () => {
    const app = await openApp(serveTrip())
    for (const _ of [1, 2]) {
      screen.getByLabelText('name').focus()
      await press(app)
      await waitFor(() => expect(document.activeElement?.textContent).toBe('Enter your name'))
      expect(app.step().errors).toEqual({ name: 'Enter your name' })
    }
    expect([app.step().problem, app.history]).toEqual([null, []])
  })

  it('gives the focus to the heading after a navigation, also to a page that was kept', async () => {
    const app = await atGuests()
    expect(document.activeElement).toBe(screen.getByRole('heading'))
    await app.back('your-name')
    expect([title(), document.activeElement?.textContent]).toEqual(['Your name', 'Your name'])
  })

  it('says that another device answered it, stays, and names the step to go on from', async () => {
    const app = await openApp(serveTrip())
    await act(() => app.step().flow.client.saveDraft('name', { name: 'A' }))
    await app.elsewhere(named, await app.join())
    expect([app.step().problem, app.step().current?.title]).toEqual(['overtaken', 'Your guests'])
    expect(app.history).toEqual([])
  })

  it('goes on when a timer ends its step, and says nothing of somebody else', async () => {
    const app = await atGuests()
    app.server.time.passedMs = 61_000
    await app.refresh()
    expect(app.history.at(-1)).toBe('replace /trip/over')
    await app.follow()
    expect([title(), said(app)]).toEqual(['Too late', []])
  })

  it("waits at the flow's own path where the state has no page, and goes on from there", async () => {
    const app = await atGuests()
    await app.send(booked)
    // A page that is closed by its own answer is no place to come back to.
    expect(app.history.at(-1)).toBe('replace /trip')
    await app.follow()
    expect([title(), app.step().waiting]).toEqual(['One moment', true])
    app.server.booked()
    const view = async () => (await app.network(`${site}/api/flows/trip`)).json()
    await waitFor(async () => expect(await view()).toMatchObject({ status: 'done' }))
    await app.refresh()
    expect(app.history.at(-1)).toBe('replace /trip/done')
    await app.follow()
    expect([title(), said(app)]).toEqual(['Booked', []])
  })

  it.each([
    ['came too late', { type: 'guest.added', guest: 'Grace' }, 'replace /trip/done?problem=finished'],
    ['was mended since', undefined, 'replace /trip/done'],
  ])('leads to the end of the flow, and says that it is over if what was refused %s', async (_, late, to) => {
    const app = await atGuests()
    await app.send({ type: 'guest.added' })
    // As if the answer to this page's own submission were still on its way.
    const url = `${site}/api/flows/trip`
    await app.network(`${url}/events`, asJson({ opId: opId(), event: booked }))
    app.server.booked()
    await waitFor(async () => expect(await (await app.network(url)).json()).toMatchObject({ status: 'done' }))
    await (late ? app.send(late) : app.refresh())
    expect(app.history.slice(1)).toEqual([to])
  })

  it('says that a session is gone', async () => {
    const app = await atGuests()
    await (await app.join())('https://shop.example/api/flows/trip', { method: 'DELETE' })
    await app.refresh()
    expect(app.step().view.gone?.why).toBe('removed')
    expect(app.history).toEqual(['push /trip/guests'])
  })
})

describe('nobody is told of somebody who is not there', () => {
  it('after the Back button, on a page that was kept', async () => {
    const app = await atGuests()
    await app.back('your-name')
    await app.refresh()
    expect([title(), said(app)]).toEqual(['Your name', []])
    await app.send({ ...named, name: 'Grace' } as never)
    await app.follow()
    await app.back('your-name')
    await app.refresh()
    expect(said(app)).toEqual([])
  })

  it('after an answer in another tab of the same browser, which leaves this page as it is', async () => {
    const app = await openApp(serveTrip())
    await act(() => app.step().flow.client.saveDraft('name', { name: 'A' }))
    await app.elsewhere(named)
    expect([app.step().current?.id, app.history, said(app)]).toEqual(['guests', [], []])
  })

  it('by what another device did after this person had answered the page and gone on', async () => {
    const app = await openApp(serveTrip())
    await act(() => app.step().flow.client.saveDraft('name', { name: 'A' }))
    await app.send(named)
    await app.follow()
    await app.elsewhere({ type: 'listed' }, await app.join())
    expect(app.step().problem).toBe('overtaken')
    await app.back('your-name')
    expect([app.step().title, app.step().problem]).toEqual(['Your name', null])
    // The page of the guests had a reason to say it.
    app.problems.length = 0
    await app.refresh()
    expect([app.step().title, said(app, 'your-name')]).toEqual(['Your name', []])
  })

  it('on a page whose own effect moves it on', async () => {
    const app = await atGuests()
    await app.elsewhere(booked)
    app.server.booked()
    await app.refresh()
    expect(said(app)).toEqual([])
  })

  it('by what another device did before this page was shown', async () => {
    const server = serveTrip()
    const first = await openApp(server)
    await act(() => first.step().flow.client.saveDraft('name', { name: 'A' }))
    await first.elsewhere(named, await first.join())
    const app = await openApp(server, first.network)
    await app.follow('/trip/your-name')
    await app.refresh()
    expect([app.step().title, said(app)]).toEqual(['Your name', []])
  })
})
