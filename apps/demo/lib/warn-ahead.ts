// How long before something ends a person is warned.

const usualMs = 130_000

/** A little over two minutes (WCAG 2.2.1); of what was shortened for a demonstration, the second half. */
export function warnAheadMs(totalMs: number): number {
  return Math.min(usualMs, totalMs / 2)
}
