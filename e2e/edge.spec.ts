// The edge of the running demo: its headers on every page, and requests that no page of it sends.
import { connect } from 'node:net'
import { goToReview } from './support/checkout.ts'
import { expect, notFound, test } from './support/test.ts'
import { shipping, visit } from './support/visitor.ts'

const pages = [
  ...['/', '/sign-in', '/sign-up', '/saved', '/handoff', '/unavailable', '/nothing-here'],
  ...['/checkout/shipping', '/checkout/review', '/checkout/devices', '/checkout/continue-elsewhere'],
  ...['/checkout/start-over', '/application', '/application/name', '/application/devices'],
]

test.describe('a page', () => {
  test.use({ mayLog: notFound })

  // A violation is also a warning in the console, and would fail any test that meets one.
  test('runs under a strict policy that nothing on it violates [M24]', async ({ page }) => {
    test.slow()
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        Object.assign(window, { violated: `${violatedDirective} ${blockedURI} ${sourceFile}` })
      })
    })
    await goToReview(page)
    const nonces = new Set<string | undefined>()
    for (const path of pages) {
      const headers = (await page.goto(path))?.headers() ?? {}
      const policy = headers['content-security-policy'] ?? ''
      expect(policy, path).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'; style-src 'self' 'nonce-[^']+';/)
      expect(policy, path).toContain(`object-src 'none'; base-uri 'none'; frame-ancestors 'none'`)
      expect(policy, path).not.toContain('unsafe')
      expect(headers['cache-control'], path).toContain('no-store')
      expect(headers['cross-origin-resource-policy'], path).toBe('same-origin')
      expect(headers['strict-transport-security'], path).toBeTruthy()
      await expect(page.getByRole('heading', { level: 1 }).first(), path).toBeVisible()
      expect(await page.evaluate('window.violated'), path).toBeUndefined()
      nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1])
    }
    expect(nonces.size).toBe(pages.length)
  })
})

test('every unsafe address has the gate, and a sign-out from another site changes nothing [M19]', async ({ demo }) => {
  for (const path of ['/sign-out', '/start-over', '/sign-in', '/checkout/shipping', '/api/documents/sample', '/'])
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ]) {
      const answer = await fetch(`${demo.url}${path}`, { method: 'POST', headers, redirect: 'manual' })
      expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []])
    }
})

test('starting over something that there is none of is refused, and the order under way goes on', async ({ demo }) => {
  const visitor = visit(demo.url)
  await visitor.send(shipping)
  const headers = { origin: demo.url, cookie: visitor.cookie, 'accept-language': 'de' }
  for (const fields of [
    {},
    { flow: 'nothing' },
    { flow: 'checkout2' },
    { flow: 'checkout@/' },
    { flow: '__proto__' },
  ]) {
    const body = new URLSearchParams(fields as Record<string, string>)
    const answer = await fetch(`${demo.url}/start-over`, { method: 'POST', headers, body, redirect: 'manual' })
    expect([fields, answer.status, answer.headers.getSetCookie()]).toEqual([fields, 400, []])
  }
  expect((await visitor.get()).body).toMatchObject({ saved: true, step: 'delivery', revision: 1 })
})

test('a form of another site is refused in the language of the person', async ({ demo }) => {
  for (const [language, said] of [
    ['en', 'This request did not come from a page of this site.'],
    ['de', 'Diese Anfrage kam nicht von einer Seite dieser Website.'],
    ['ar', 'لم يأتِ هذا الطلب من صفحة في هذا الموقع.'],
  ] as const)
    for (const path of ['/sign-out', '/start-over', '/language', '/api/documents/sample']) {
      const headers = { 'sec-fetch-site': 'cross-site', 'accept-language': language }
      const answer = await fetch(`${demo.url}${path}`, { method: 'POST', headers, redirect: 'manual' })
      expect([path, answer.status, answer.headers.get('content-language')]).toEqual([path, 403, language])
      expect(await answer.text()).toBe(said)
    }
})

test('a request for another protocol gets an answer and keeps no socket', async ({ demo }) => {
  const { hostname, port, host } = new URL(demo.url)
  for (const path of ['/nothing', '/checkout', '/_next/hmr']) {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (data) => (answer += data))
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade', '', '']
    socket.write(lines.join('\r\n'))
    await expect.poll(() => answer).toMatch(/^HTTP\/1.1 [34]\d\d /)
    socket.destroy()
  }
})

test('what no browser sends is refused as a mistake of its sender', async ({ demo }) => {
  const { hostname, port, host } = new URL(demo.url)
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname)
      let answer = ''
      socket.on('data', (data) => (answer += data))
      socket.on('close', () => resolve(answer))
      socket.on('error', () => {})
      socket.write(`${text}\r\nConnection: close\r\n\r\n`)
    })
  expect(await raw(`TRACE / HTTP/1.1\r\nHost: ${host}`)).toMatch(/^HTTP\/1.1 405 (?![\s\S]*^allow)/im)
  expect(await raw(`OPTIONS /api/flows/checkout HTTP/1.1\r\nHost: ${host}`)).toMatch(
    /^HTTP\/1.1 405 (?![\s\S]*^allow)/im,
  )
  expect(await raw('GET / HTTP/1.1\r\nHost: a b')).toMatch(/^HTTP\/1.1 400 /)
  expect(await raw(`GET /%zz HTTP/1.1\r\nHost: ${host}`)).toMatch(/^HTTP\/1.1 400 /)
  const long = `POST /checkout HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10000000`
  expect(await raw(long)).toMatch(/^HTTP\/1.1 413 /)
})
