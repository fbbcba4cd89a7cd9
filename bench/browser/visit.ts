// One visit to a page with the form, in a browser that has never been there, on a slow phone and a slow network.

import type { Browser, BrowserContext } from '@playwright/test'

type State = Awaited<ReturnType<BrowserContext['storageState']>>

/** `state` holds the cookies of the person, for a page that has a session. */
export type Place = { name: string; url: string; state: State | undefined }

/**
 * Milliseconds from the navigation to the first paint with content, and to the first moment at which React answers in
 * the form; the sum of all layout shifts; milliseconds from a key to the next frame; saves of drafts while typing;
 * kilobytes of scripts as they were sent.
 */
export type Figures = {
  paintedMs: number
  interactiveMs: number
  shift: number
  delayP50: number
  delayP95: number
  saves: number
  scriptKb: number
}

/** "Slow 4G" of Chromium's developer tools. */
const slow4g = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 }
const text = 'St Jamess Square in the City of Westminster'

type Seen = { interactive: number; shift: number; delays: number[] }

/** Runs in the page before its own scripts. */
function observe(): void {
  const seen: Seen = { interactive: 0, shift: 0, delays: [] }
  Object.assign(window, { seen })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value
  }).observe({ type: 'layout-shift', buffered: true })
  const look = setInterval(() => {
    const field = document.getElementById('line1')
    if (!field || !Object.keys(field).some((key) => key.startsWith('__reactProps'))) return
    clearInterval(look)
    seen.interactive = performance.now()
  }, 5)
  addEventListener(
    'keydown',
    ({ timeStamp }) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        // A message that is sent in a frame arrives after it.
        port1.onmessage = () => {
          seen.delays.push(performance.now() - timeStamp)
          port1.close()
        }
        port2.postMessage(0)
      }),
    { capture: true },
  )
}

/** The cookies of a person who has typed a name into the form and left. */
export async function beginTyping(browser: Browser, shop: string): Promise<State> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${shop}/checkout`)
  const saved = page.waitForResponse((response) => response.url().includes('/drafts/') && response.ok())
  await page.locator('#givenName').pressSequentially('Augusta')
  await saved
  const state = await context.storageState()
  await context.close()
  return state
}

export async function visitPage(browser: Browser, { url, state }: Place): Promise<Figures> {
  const context = await browser.newContext(state ? { storageState: state } : {})
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', slow4g)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.addInitScript(observe)
    let saves = 0
    page.on('request', (request) => {
      if (request.url().includes('/drafts/')) saves++
    })
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForFunction(() => (window as unknown as { seen?: Seen }).seen?.interactive)
    if (state && (await page.inputValue('#givenName')) !== 'Augusta') throw new Error(`${url} is not as it was left.`)
    await page.waitForLoadState('networkidle')
    await page.locator('#line1').fill('')
    await page.locator('#line1').pressSequentially(text, { delay: 120 })
    await page.waitForTimeout(1_000)
    const { delays, ...found } = await page.evaluate(() => {
      const { interactive, ...rest } = (window as unknown as { seen: Seen }).seen
      const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
      const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      const scripts = resources.filter(({ name }) => /\.js(\?|$)/.test(name))
      const scriptKb = scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1_000
      return { ...rest, interactiveMs: interactive, paintedMs: painted, scriptKb }
    })
    delays.sort((one, other) => one - other)
    const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN
    return { ...found, delayP50: at(0.5), delayP95: at(0.95), saves }
  } finally {
    await context.close()
  }
}
