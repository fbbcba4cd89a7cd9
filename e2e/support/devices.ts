// The other devices of a person, each a browser of its own; the test's `page` is the desktop.
import type { BrowserContextOptions, Page } from '@playwright/test'
import { test as base, expect, listen } from './test.ts'

export { expect } from '@playwright/test'

export const desktop = 'Chrome on Linux'
export const android = 'Chrome on Android'
export const tablet = 'Safari on iPad'

const phoneLook: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  userAgent:
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/131.0.0.0 Mobile Safari/537.36',
}

export const tabletLook: BrowserContextOptions = {
  viewport: { width: 820, height: 1180 },
  hasTouch: true,
  userAgent:
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
    'Version/16.6 Mobile/15E148 Safari/604.1',
}

type DeviceFixtures = {
  /** Another browser, whose console is watched as that of `page` is; a phone unless told otherwise. */
  another(look?: BrowserContextOptions): Promise<Page>
  phone: Page
}

export const test = base.extend<DeviceFixtures>({
  viewport: { width: 1280, height: 800 },
  another: async ({ browser, demo, mayLog, javaScriptEnabled }, use) => {
    const opened: { close(): Promise<void>; said: string[] }[] = []
    await use(async (look = phoneLook) => {
      const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled, ...look })
      opened.push({ close: () => context.close(), said: listen(context, mayLog) })
      return context.newPage()
    })
    for (const { close } of opened) await close()
    expect(
      opened.flatMap(({ said }) => said),
      'what the other browsers complained about',
    ).toEqual([])
  },
  phone: async ({ another }, use) => {
    await use(await another())
  },
})
