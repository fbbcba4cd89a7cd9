// A page as axe judges it: wide and narrow, light and dark.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const looks = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'light' },
] as const

/** Fails with what axe finds, and if the page scrolls sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const [index, { width, height, colorScheme }] of looks.entries()) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await violationsOf(page, { injected: index > 0 })
    expect(found, `${page.url()} at ${width} px, ${colorScheme}`).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${page.url()} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0)
  }
}

/** The violations on a page. Once axe is `injected`, nothing but a reload removes it from the page. */
async function violationsOf(page: Page, { injected }: { injected: boolean }): Promise<string[]> {
  // Sending the 1.3 MB of axe takes longer than the analysis, so the source of a further look is an empty statement.
  const builder = new AxeBuilder({ page, ...(injected && { axeSource: ';' }) })
  // Legacy mode analyses in the page itself, without a second page; it leaves out frames of other origins.
  const { violations } = await builder
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
