// The time before an end at which a person is warned.

const usualMs = 130_000

/** A little over two minutes (WCAG 2.2.1), but at most half of `totalMs`, which may be short in a demonstration. */
export function warnAheadMs(totalMs: number): number {
  return Math.min(usualMs, totalMs / 2)
}
