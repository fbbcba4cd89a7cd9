// The page of a step on a server that speaks web requests.

import { describe, expect, it } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, order, serve, site } from '../../fixtures/order.ts'
import { readStep } from './read-step.ts'

async function arrived() {
  const { http } = serve()
  const fetch = browser(http)
  await fetch(`${flowUrl}/events`, asJson({ opId: opId(), step: 'details', event: detailsSubmitted }))
  const ask = (path: string, base?: string) =>
    readStep(http, order, new Request(`${site}${path}`, { headers: { cookie: fetch.cookie } }), base)
  return { http, ask }
}

describe('readStep of a web request', () => {
  it('gives the props of a page that is open', async () => {
    const { ask } = await arrived()
    expect(await ask('/order/your-details/?problem=rate_limited')).toMatchObject({
      props: { path: 'your-details', base: '/order', url: '/api/flows/order', problem: 'rate_limited' },
    })
    expect(await ask('/order/payment')).toMatchObject({ props: { path: 'payment', view: { step: 'payment' } } })
  })

  it.each(['/order', '/order/', '/order/review', '/order/nowhere', '/elsewhere/payment'])(
    'leads from %s to the page where the person is, with the problem to show there',
    async (path) => {
      const { ask } = await arrived()
      expect(await ask(path)).toEqual({ redirectTo: '/order/payment' })
      expect(await ask(`${path}?problem=stale_step&from=mail`)).toEqual({
        redirectTo: '/order/payment?problem=stale_step',
      })
    },
  )

  it('keeps the whole query until something is stored, as it may be what the session will be made of', async () => {
    const request = new Request(`${site}/order?product=mug`)
    expect(await readStep(serve().http, order, request)).toEqual({ redirectTo: '/order/your-details?product=mug' })
  })

  it('reads the session under a key, and leads to the pages under it', async () => {
    const { http } = serve()
    const request = new Request(`${site}/order@a/payment`)
    expect(await readStep(http, order, request, { key: 'a' })).toEqual({ redirectTo: '/order@a/your-details' })
    const first = await readStep(http, order, new Request(`${site}/order@a/your-details`), { key: 'a' })
    expect(first).toMatchObject({ props: { url: `${http.basePath}/order@a`, base: '/order@a', path: 'your-details' } })
    await expect(readStep(http, order, request, { key: '@' })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('knows pages at the root', async () => {
    const { ask } = await arrived()
    expect(await ask('/payment', '/')).toMatchObject({ props: { path: 'payment', base: '' } })
    expect(await ask('/', '')).toEqual({ redirectTo: '/payment' })
  })

  it('refuses a base that its redirects would leave', async () => {
    const { ask } = await arrived()
    await expect(ask('/order', '//order')).rejects.toThrow(/readStep was given what cannot work:\n- base: /)
  })
})
