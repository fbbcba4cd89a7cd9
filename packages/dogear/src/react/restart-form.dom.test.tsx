// Starting over from a step's page: in place where scripts run, as a plain form where they do not.

import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { asForm, asJson, opId, site } from '../../fixtures/order.ts'
import { RestartForm } from './restart-form.tsx'
import { atGuests, named, type openApp, type TripView } from './step-page.fixture.tsx'
import type { Step } from './use-step.ts'

const url = `${site}/api/flows/trip`
const title = () => screen.getByRole('heading').textContent
type App = Awaited<ReturnType<typeof openApp>>

const formOf = (step: Pick<Step<TripView>, 'flow' | 'view' | 'restart'>) => (
  <RestartForm step={step} className="again">
    <button type="submit">Start over</button>
  </RestartForm>
)

/** Presses the button of the form, and waits until the answer is there. */
async function startOver(app: App): Promise<void> {
  const step = app.step()
  let answered: Promise<unknown> | undefined
  const restart = () => {
    const answer = step.restart()
    answered = answer
    return answer
  }
  const { unmount } = render(formOf({ ...step, restart }))
  fireEvent.click(screen.getByText('Start over'))
  await act(async () => void (await answered))
  expect(answered).toBeDefined()
  unmount()
}

const ledTo = ({ history }: App) => history.at(-1)?.split(' ')[1]

/** The request that the form sends from a page without scripts: its address, and its fields. */
function plainForm(app: App) {
  document.body.insertAdjacentHTML('beforeend', `<div id="plain">${renderToStaticMarkup(formOf(app.step()))}</div>`)
  const form = document.querySelector<HTMLFormElement>('#plain form')
  const sent = { to: form?.action.replace(/\?app=\d+/, ''), method: form?.method, fields: new FormData(form as never) }
  document.querySelector('#plain')?.remove()
  return { ...sent, fields: Object.fromEntries(sent.fields) as Record<string, string> }
}

describe('RestartForm', () => {
  it('ends the session and goes to the beginning, and does not call that somebody else', async () => {
    const app = await atGuests()
    const { tag } = app.step().view
    await startOver(app)
    expect(ledTo(app)).toBe('/trip/your-name')
    await app.follow()
    expect([title(), app.step().problem, app.step().view.context.name]).toEqual(['Your name', null, null])
    await app.send({ ...named, name: 'Grace' } as never)
    expect(app.step().view.tag).not.toBe(tag)
    expect(app.problems.filter(({ problem }) => problem !== null)).toEqual([])
  })

  it('ends nothing while an effect is under way, says so, and works once that is done', async () => {
    const app = await atGuests()
    await app.send({ type: 'booked' })
    await app.follow('/trip')
    const { tag } = app.step().view
    await startOver(app)
    expect([app.step().problem, app.step().view.tag]).toEqual(['effect_pending', tag])
    app.server.booked()
    await waitFor(async () => expect(await (await app.network(url)).json()).toMatchObject({ status: 'done' }))
    await app.refresh()
    await app.follow('/trip/done')
    await startOver(app)
    expect(ledTo(app)).toBe('/trip/your-name')
  })

  it('ends none that has begun since in another tab, and goes on in that one', async () => {
    const app = await atGuests()
    const form = plainForm(app)
    await app.network(`${url}/restart`, { method: 'POST' })
    await app.network(`${url}/events`, asJson({ opId: opId(), event: { ...named, name: 'Grace' } }))
    await startOver(app)
    expect([app.step().view.context.name, app.step().problem]).toEqual(['Grace', null])
    await app.network(form.to ?? '', asForm(form.fields))
    expect(await (await app.network(url)).json()).toMatchObject({ saved: true, context: { name: 'Grace' } })
  })

  it('is a plain form without scripts, which leads to the beginning', async () => {
    const app = await atGuests()
    const { to, method, fields } = plainForm(app)
    expect([to, method, Object.keys(fields)]).toEqual([`${url}/restart`, 'post', ['dogear.position']])
    const answer = await app.network(`${url}/restart`, asForm(fields))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/trip'])
    expect(await (await app.network(url)).json()).toMatchObject({ saved: false, step: 'name' })
  })
})
