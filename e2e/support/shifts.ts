// The layout shifts of a page: what moves by itself.
import type { Page } from '@playwright/test'

export type Shift = { value: number; path: string; moved: string[] }

/** Collects what moves in a document, but for what follows a person's input within half a second. */
export async function watchShifts(page: Page): Promise<Shift[]> {
  const shifts: Shift[] = []
  await page.exposeFunction('noteShift', (shift: Shift) => shifts.push(shift))
  await page.addInitScript(() => {
    type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }
    const nameOf = (node: Node | null) =>
      node instanceof Element ? node.outerHTML.slice(0, 80) : String(node?.nodeName)
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Entry[])
        if (!hadRecentInput)
          (window as unknown as { noteShift(shift: object): void }).noteShift({
            value,
            path: location.pathname,
            moved: sources.map(({ node }) => nameOf(node)),
          })
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return shifts
}
