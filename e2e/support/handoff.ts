// Handoffs between two devices, made and opened through pages or by bare requests.
import { expect, type Page } from '@playwright/test'
import jsQr from 'jsqr'
import { PNG } from 'pngjs'
import type { Visitor } from './visitor.ts'

/** From a step's page to the one that hands the session over. */
export async function openElsewhere(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Continue on another device' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Continue on another device' })).toBeVisible()
}

/** Asks for a link and a code, and waits for new ones. */
export async function makeHandoff(page: Page, mode?: 'Move it' | 'Use both'): Promise<{ url: string; code: string }> {
  const shown = page.locator('[data-handoff-code]')
  const before = (await shown.count()) > 0 ? await shown.textContent() : ''
  if (mode) await page.getByRole('radio', { name: mode }).check()
  await page.getByRole('button', { name: /^Make a (link and a code|new link and code)$/ }).click()
  await expect(page.getByRole('heading', { name: 'Open it on the other device' })).toBeVisible()
  await expect(shown).not.toHaveText(before || /^$/)
  return {
    url: await page.getByLabel('Or send yourself the link').inputValue(),
    code: (await shown.textContent()) ?? '',
  }
}

/** Reads the QR code off a picture of the screen, as a camera does. */
export async function scanScreen(page: Page): Promise<string> {
  await page.getByRole('img', { name: 'QR code of the link' }).scrollIntoViewIfNeeded()
  const { data, width, height } = PNG.sync.read(await page.screenshot({ fullPage: false }))
  const found = jsQr(new Uint8ClampedArray(data), width, height)
  expect(found, 'a QR code on the screen').not.toBeNull()
  return found?.data ?? ''
}

/** Opens a link on another device; nothing has happened yet. */
export async function followLink(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1, name: 'Continue this order here?' })).toBeVisible()
}

/** Types a code where another device asks for it, and sends it. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.goto('/handoff')
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
}

export const goOnHere = (page: Page) => page.getByRole('button', { name: 'Continue here' }).click()

/** Waits for the page which says that the session moved to `device`. */
export async function expectMovedTo(page: Page, device: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: `You continued on ${device}` })).toBeVisible()
}

export async function expectDeadHandoff(page: Page): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: 'This link or code does not work any more' })).toBeVisible()
}

export type Reply = {
  status: number
  text: string
  headers: Headers
  /** The session's cookie, if the answer sets one. */
  cookie: string
}

/** `from` is the address of the client, at a shop that believes it (`behindProxy`). */
type Asking = { method?: string; body?: unknown; cookie?: string; from?: string | undefined }

/** The environment of a shop that takes whoever calls it for a proxy, and believes what it says of addresses. */
export const behindProxy = { DEMO_PROXIES: '127.0.0.1,::1' }

/** A request to `path` below the flows, as a page of the shop would send it. */
export async function ask(
  url: string,
  path: string,
  { method = 'POST', body = {}, cookie = '', from = '' }: Asking = {},
): Promise<Reply> {
  const headers = {
    origin: url,
    'content-type': 'application/json',
    ...(cookie && { cookie }),
    ...(from && { 'x-forwarded-for': from }),
  }
  const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${url}/api/flows${path}`, { method, headers, ...sent })
  const [set = ''] = response.headers.getSetCookie()
  return {
    status: response.status,
    text: await response.text(),
    headers: response.headers,
    cookie: set.split(';')[0] ?? '',
  }
}

/** The token in the fragment of a link. */
export const tokenOf = (url: string): string => new URL(url).hash.slice(1)

/** A link and a code of a visitor's session. */
export async function issue(
  visitor: Visitor,
  mode: 'move' | 'join' = 'move',
): Promise<{ token: string; code: string }> {
  const answer = await visitor.request('/handoffs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  })
  expect(answer.status).toBe(201)
  return { token: tokenOf(answer.body.url), code: answer.body.code }
}

export type Shown = { token: string } | { code: string }

export const look = (url: string, shown: Shown, from?: string) => ask(url, '/handoffs/look', { body: shown, from })

export const redeem = (url: string, shown: Shown, cookie = '', from?: string) =>
  ask(url, '/handoffs/redeem', { body: shown, cookie, from })

export type Stream = {
  /** Everything received so far. */
  text(): string
  /** Settles when the server ends it. */
  ended: Promise<void>
  stop(): void
}

/** Opens the stream of a session; resolves once the first message has arrived. */
export async function openStream(url: string, cookie: string): Promise<Stream> {
  const given = new AbortController()
  const response = await fetch(`${url}/api/flows/checkout/stream`, {
    headers: { cookie, origin: url, accept: 'text/event-stream' },
    signal: given.signal,
  })
  expect(response.status).toBe(200)
  let text = ''
  let begun = () => {}
  const first = new Promise<void>((resolve) => {
    begun = resolve
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      begun()
    }
  }
  const ended = read().catch((error: unknown) => {
    if (!given.signal.aborted) throw error
  })
  await Promise.race([first, ended])
  return { text: () => text, ended, stop: () => given.abort() }
}

/** Lets the browser of `to` into the checkout of `from`, without pages. */
export async function joinByRequest(from: Page, to: Page): Promise<void> {
  const origin = new URL(from.url()).origin
  const issued = await from.request.post('/api/flows/checkout/handoffs', {
    data: { mode: 'join' },
    headers: { origin },
  })
  expect(issued.status()).toBe(201)
  const { url } = await issued.json()
  const redeemed = await to.request.post('/api/flows/handoffs/redeem', {
    data: { token: tokenOf(url) },
    headers: { origin },
  })
  expect(redeemed.status()).toBe(200)
}
