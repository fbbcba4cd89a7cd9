// Signing in: sessions that belong to a user, found and opened on any of their devices, and on nobody else's.

import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  agents,
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  keys,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import type { Problem, SavedSession, View } from '../../wire.ts'

const base = `${site}/api/flows`
const [fresh, old] = keys

type Fetch = ReturnType<typeof browser>
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const begin = (fetch: Fetch, flow = flowUrl) =>
  fetch(`${flow}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
const viewOf = async (fetch: Fetch) => (await (await fetch(flowUrl)).json()) as View
const codeOf = async (response: Response) => [response.status, ((await response.json()) as Problem).code]
const listed = async (fetch: Fetch) => ((await (await fetch(base)).json()) as { sessions: SavedSession[] }).sessions

/** A browser of `user`, who is signed in by a cookie of the application's own. */
function signedIn({ http }: ReturnType<typeof serve>, user: string, own = {}): Fetch {
  return Object.assign(browser(http, own), { cookie: `user=${user}` })
}
function signOut(fetch: Fetch): void {
  fetch.cookie = fetch.cookie
    .split('; ')
    .filter((pair) => !pair.startsWith('user='))
    .join('; ')
}

describe('a session of someone who is signed in', () => {
  it('is listed on every device of theirs, and nobody else’s', async () => {
    const served = serve(shared)
    const [desktop, phone, bob] = ['ada', 'ada', 'bob'].map((user) => signedIn(served, user)) as [Fetch, Fetch, Fetch]
    await begin(desktop)
    const place = { flow: 'order', status: 'active', step: 'payment', title: 'Payment', path: 'payment' }
    const entry = { ...place, session: expect.stringMatching(/^[\w-]+$/), expiresAt: expect.any(Number) }
    expect(await listed(desktop)).toEqual([expect.objectContaining({ ...entry, here: true })])
    expect(await listed(phone)).toEqual([expect.objectContaining({ ...entry, here: false })])
    expect(await listed(bob)).toEqual([])
  })

  it('is one that was begun before signing in, once it is attached', async () => {
    const served = serve(shared)
    const desktop = browser(served.http)
    await begin(desktop)
    await begin(desktop, `${base}/gift`)
    expect(await codeOf(await desktop(`${base}/attach`, { method: 'POST' }))).toEqual([401, 'not_signed_in'])
    desktop.cookie = `${desktop.cookie}; user=ada`
    expect(await listed(desktop)).toEqual([])
    const response = await desktop(`${base}/attach`, { method: 'POST' })
    expect([response.status, await response.json()]).toEqual([200, { attached: ['order', 'gift'], shared: [] }])
    expect(response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual([
      '__Host-dogear.order',
      '__Host-dogear.gift',
    ])
    expect((await listed(signedIn(served, 'ada'))).map(({ flow }) => flow).sort()).toEqual(['gift', 'order'])
    // Again is no harm, and another user gets none of it.
    expect(await (await desktop(`${base}/attach`, asJson({}))).json()).toEqual({
      attached: ['order', 'gift'],
      shared: [],
    })
    signOut(desktop)
    desktop.cookie = `${desktop.cookie}; user=bob`
    expect(await (await desktop(`${base}/attach`, asJson({}))).json()).toEqual({ attached: [], shared: [] })
  })

  it('is opened on another device, which gets a secret of its own', async () => {
    const served = serve(shared)
    const [desktop, phone] = [signedIn(served, 'ada'), signedIn(served, 'ada', agents.phone)]
    await begin(desktop)
    const [saved] = await listed(phone)
    const response = await phone(`${flowUrl}/open`, asJson({ session: saved?.session }))
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-dogear\.order=/)
    expect(await response.json()).toMatchObject({ flow: 'order', view: { step: 'payment', gone: null } })
    expect(await viewOf(phone)).toMatchObject({ saved: true, step: 'payment' })
    expect(await viewOf(desktop)).toMatchObject({ saved: true, step: 'payment' })
    expect(await listed(phone)).toMatchObject([{ here: true }])
  })

  it('shows nothing to a device that is signed out, until it is signed in again', async () => {
    const served = serve(shared)
    const desktop = signedIn(served, 'ada')
    await begin(desktop)
    const { cookie } = desktop
    signOut(desktop)
    const gone = { why: 'signed_out', to: null, at: null, takeBack: false }
    expect(await viewOf(desktop)).toMatchObject({ saved: false, context: { details: null }, gone })
    const late = await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted, step: 'payment' }))
    expect([late.status, late.headers.get('set-cookie')]).toEqual([410, null])
    expect(await late.json()).toMatchObject({ code: 'session_gone', view: { gone } })
    desktop.cookie = cookie.replace('user=ada', 'user=bob')
    expect(await viewOf(desktop)).toMatchObject({ saved: false, gone })
    desktop.cookie = cookie
    expect(await viewOf(desktop)).toMatchObject({ saved: true })
  })

  it('[M9] is ended for good by its owner, on any device', async () => {
    const served = serve(shared)
    const [desktop, phone] = [signedIn(served, 'ada'), signedIn(served, 'ada')]
    await begin(desktop)
    const [saved] = await listed(phone)
    const response = await phone(`${flowUrl}/sessions/${saved?.session}`, { method: 'DELETE' })
    expect([response.status, await response.text(), response.headers.get('set-cookie')]).toEqual([204, '', null])
    expect(await listed(phone)).toEqual([])
    expect(await viewOf(desktop)).toMatchObject({ saved: false, gone: { why: 'removed' } })
  })

  it('leaves with its cookie where it is ended by the browser that has it', async () => {
    const desktop = signedIn(serve(shared), 'ada')
    await begin(desktop)
    const [saved] = await listed(desktop)
    await desktop(`${flowUrl}/sessions/${saved?.session}`, { method: 'DELETE' })
    expect(desktop.cookie).toBe('user=ada')
  })

  it('never takes the place of another one unasked', async () => {
    const served = serve(shared)
    const [desktop, phone] = [signedIn(served, 'ada'), signedIn(served, 'ada')]
    await begin(desktop)
    const [saved] = await listed(phone)
    await begin(phone)
    const { cookie } = phone
    const asked = await phone(`${flowUrl}/open`, asJson({ session: saved?.session }))
    expect([...(await codeOf(asked)), phone.cookie]).toEqual([409, 'other_session', cookie])
    expect((await phone(`${flowUrl}/open`, asJson({ session: saved?.session, replace: true }))).status).toBe(200)
    expect(phone.cookie).not.toBe(cookie)
  })

  it('is opened by a form without JavaScript, too', async () => {
    const served = serve(shared)
    const [desktop, phone] = [signedIn(served, 'ada'), signedIn(served, 'ada')]
    await begin(desktop)
    const [saved] = await listed(phone)
    const submit = async (fields: Record<string, string>) => {
      const response = await phone(`${flowUrl}/open`, asForm(fields))
      return [response.status, response.headers.get('location')]
    }
    expect(await submit({ session: 'none' })).toEqual([303, '/order?problem=not_found'])
    expect(await submit({ session: saved?.session ?? '' })).toEqual([303, '/order/payment'])
    signOut(phone)
    expect(await submit({ session: saved?.session ?? '' })).toEqual([303, '/order?problem=not_signed_in'])
  })
})

describe('the cookie of an account', () => {
  it('that another host of the domain has put beside the real one signs nobody in [M15]', async () => {
    const served = serve(shared)
    const [victim, attacker] = [browser(served.http), signedIn(served, 'eve')]
    const header = { Cookie: 'user=ada; user=eve' }
    expect((await victim(base, { headers: header })).status).toBe(401)
    const plain = new Request(`${flowUrl}/events`, {
      ...asJson({ opId: opId(), event: detailsSubmitted }),
      headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', Cookie: 'user=ada; user=eve' },
    })
    expect((await served.http.handle(plain)).status).toBe(200)
    expect(await listed(attacker)).toEqual([])
  })

  it('owns nothing that was begun without it, however much is typed and sent with it', async () => {
    const served = serve(shared)
    const [victim, attacker] = [browser(served.http), signedIn(served, 'eve')]
    await begin(victim)
    victim.cookie = `${victim.cookie}; user=eve`
    const draft = asJson({ opId: opId(), values: { method: 'card' } }, 'PUT')
    expect((await victim(`${flowUrl}/drafts/payment`, draft)).status).toBe(200)
    const paid = asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } })
    expect((await victim(`${flowUrl}/events`, paid)).status).toBe(200)
    expect((await victim(`${flowUrl}/extend`, { method: 'POST' })).status).toBe(200)
    expect(await listed(attacker)).toEqual([])
  })
})

describe('signing in', () => {
  it('gives the browser a new cookie, and the one it had opens nothing any more [M5]', async () => {
    const served = serve(shared)
    const [desktop, thief] = [browser(served.http), browser(served.http)]
    await begin(desktop)
    thief.cookie = desktop.cookie
    desktop.cookie = `${desktop.cookie}; user=ada`
    expect((await desktop(`${base}/attach`, { method: 'POST' })).status).toBe(200)
    expect(desktop.cookie).not.toContain(thief.cookie)
    expect(await viewOf(desktop)).toMatchObject({ saved: true, step: 'payment' })
    expect(await viewOf(thief)).toMatchObject({ saved: false })
    expect((await thief(`${flowUrl}/devices`)).status).toBe(410)
  })

  it('tells of other devices that have the session, so that the person can be asked about them', async () => {
    const served = serve(shared)
    const [desktop, phone] = [browser(served.http), browser(served.http, agents.phone)]
    await begin(desktop)
    await begin(desktop, `${base}/gift`)
    const { url } = (await (await desktop(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as { url: string }
    await phone(`${base}/handoffs/redeem`, asJson({ token: url.split('#')[1] }))
    desktop.cookie = `${desktop.cookie}; user=ada`
    const attached = await (await desktop(`${base}/attach`, { method: 'POST' })).json()
    expect(attached).toEqual({ attached: ['order', 'gift'], shared: ['order'] })
    expect((await desktop(`${flowUrl}/devices/others`, { method: 'DELETE' })).status).toBe(200)
    expect(await viewOf(phone)).toMatchObject({ saved: false, gone: { why: 'revoked' } })
  })
})

describe('signing out everywhere else', () => {
  it('ends five devices with their streams, and neither this browser nor anybody else [M9]', async () => {
    const served = serve(shared)
    const [here, ...others] = times(6, () => signedIn(served, 'ada')) as [Fetch, ...Fetch[]]
    const bob = signedIn(served, 'bob')
    for (const fetch of [here, bob]) await begin(fetch)
    await begin(others[0] as Fetch, `${base}/gift`)
    const order = (await listed(here)).find(({ flow }) => flow === 'order')
    for (const other of others) await other(`${flowUrl}/open`, asJson({ session: order?.session }))
    const streams = await Promise.all(others.map((other) => other(`${flowUrl}/stream`)))
    expect(streams.map(({ status }) => status)).toEqual(Array(5).fill(200))

    const answer = await here(`${base}/devices`, { method: 'DELETE' })
    expect([answer.status, await answer.json()]).toEqual([200, { sessions: 2 }])
    for (const other of others) {
      expect(await viewOf(other)).toMatchObject({ saved: false, context: { details: null }, gone: {} })
      const event = asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' }, step: 'payment' })
      // The last four are told why; before that a device is any browser without a session.
      expect([410, 409]).toContain((await other(`${flowUrl}/events`, event)).status)
    }
    const ended = streams.map((stream) => Promise.race([stream.text(), wait(20_000, 'still open', { ref: false })]))
    for (const text of await Promise.all(ended)) expect(text).not.toBe('still open')
    for (const fetch of [here, bob]) expect(await viewOf(fetch)).toMatchObject({ saved: true })
    expect(await (await here(`${base}/devices`, { method: 'DELETE' })).json()).toEqual({ sessions: 0 })
    expect(await codeOf(await browser(served.http)(`${base}/devices`, { method: 'DELETE' }))).toEqual([
      401,
      'not_signed_in',
    ])
  })
})

describe('somebody else', () => {
  it('cannot tell another’s session from one that never was', async () => {
    const served = serve(shared)
    const desktop = signedIn(served, 'ada')
    await begin(desktop)
    const [saved] = await listed(desktop)
    const bob = signedIn(served, 'bob')
    for (const attempt of [
      (session = '') => bob(`${flowUrl}/open`, asJson({ session })),
      (session = '') => bob(`${base}/gift/open`, asJson({ session })),
      (session = '') => bob(`${flowUrl}/sessions/${session}`, { method: 'DELETE' }),
    ]) {
      const [theirs, nobodys] = [await attempt(saved?.session), await attempt('A'.repeat(43))]
      expect([theirs.status, await theirs.text()]).toEqual([nobodys.status, await nobodys.text()])
      expect(theirs.status).toBe(404)
    }
    expect(await viewOf(desktop)).toMatchObject({ saved: true })
  })

  it('who is not signed in is told to, and without signing in there is nothing there', async () => {
    const session = 'A'.repeat(43)
    const [open, without] = [serve(shared), serve()]
    for (const [url, init] of [
      [base, {}],
      [`${base}/attach`, { method: 'POST' }],
      [`${flowUrl}/open`, asJson({ session })],
      [`${flowUrl}/sessions/${session}`, { method: 'DELETE' }],
    ] as const) {
      expect(await codeOf(await browser(open.http)(url, init))).toEqual([401, 'not_signed_in'])
      expect(await codeOf(await browser(without.http)(url, init))).toEqual([404, 'not_found'])
    }
  })
})

describe('the application', () => {
  it('is asked who is signed in once for a request at most, and not at all for visitors who have nothing', async () => {
    let asked = 0
    const served = serve({
      ...shared,
      identify: async () => {
        asked += 1
        return 'ada'
      },
    })
    const desktop = browser(served.http)
    const during = async (doing: () => Promise<Response>) => {
      const before = asked
      await doing()
      return asked - before
    }
    expect(await during(() => desktop(flowUrl))).toBe(0)
    expect(await during(() => begin(desktop))).toBe(1)
    expect(await during(() => desktop(flowUrl))).toBe(1)
    for (const [url, init] of [
      [`${flowUrl}/handoffs`, asJson({})],
      [`${flowUrl}/devices`, {}],
      [base, {}],
      [`${base}/attach`, asJson({})],
      [`${base}/handoffs/look`, asJson({ code: 'ABCDE12345' })],
    ] as const)
      expect(await during(() => desktop(url, init))).toBeLessThanOrEqual(1)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('password of ada@example.org in the message'))],
    [
      'throws an error of ours',
      () => Promise.reject(Object.assign(new Error('ada@'), { name: 'DogearError', code: 'no_session' })),
    ],
    ['gives an empty id', () => ''],
    ['gives something else', () => 42 as unknown as string],
    ['gives a label that is none', () => ({ id: 'ada@', label: 1 as unknown as string })],
  ])('that %s answers with 500, and the reason goes to the operator alone', async (_, identify) => {
    const causes: unknown[] = []
    const desktop = browser(serve({ ...shared, identify, onError: (cause) => causes.push(cause) }).http)
    const response = await desktop(base)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('ada@')
    expect(causes).toHaveLength(1)
  })
})

describe('a change of keys', () => {
  it('loses no session of any user', async () => {
    const store = countingStore()
    const before = serve({ ...shared, store, keys: [old] })
    const desktop = signedIn(before, 'ada')
    await begin(desktop)
    const during = serve({ ...shared, store, keys: [fresh, old] })
    const [still, phone] = [signedIn(during, 'ada'), signedIn(during, 'ada')]
    still.cookie = desktop.cookie
    expect(await viewOf(still)).toMatchObject({ saved: true, gone: null })
    expect((await still(`${flowUrl}/extend`, { method: 'POST' })).status).toBe(200)
    await begin(still, `${base}/gift`)
    const sessions = await listed(phone)
    expect(sessions.map(({ flow }) => flow).sort()).toEqual(['gift', 'order'])
    for (const { flow, session } of sessions)
      expect((await phone(`${base}/${flow}/open`, asJson({ session }))).status).toBe(200)
    expect(
      (
        await phone(`${flowUrl}/sessions/${sessions.find(({ flow }) => flow === 'order')?.session}`, {
          method: 'DELETE',
        })
      ).status,
    ).toBe(204)
  })

  it('made too fast hides the sessions of the missing key, and loses none', async () => {
    const store = countingStore()
    const withKey = (key: string) => signedIn(serve({ ...shared, store, keys: [key] }), 'ada')
    const desktop = withKey(old)
    await begin(desktop)
    const phone = withKey(fresh)
    expect(await listed(phone)).toEqual([])
    phone.cookie = desktop.cookie
    expect(await viewOf(phone)).toMatchObject({ saved: false, gone: { why: 'signed_out' } })
    expect(await viewOf(desktop)).toMatchObject({ saved: true })
    expect(await listed(withKey(old))).toHaveLength(1)
  })
})
