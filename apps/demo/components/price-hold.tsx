'use client'
// How long the prices are held, in whole minutes until the last one; said aloud once, when two minutes are left.

import { useEffect, useState } from 'react'
import type { CheckoutView } from '../lib/view.ts'

const warnMs = 2 * 60_000

/** `now` is the server's clock when the page was rendered; the browser's own clock only measures what passed since. */
export function PriceHold({ view, now, onOver }: { view: CheckoutView; now: number; onOver: () => void }) {
  const dueAt = view.timers.find(({ id }) => id === 'priceHold')?.dueAt
  const [leftMs, setLeftMs] = useState((dueAt ?? now) - now)

  useEffect(() => {
    if (dueAt === undefined) return
    const start = performance.now()
    const tick = () => setLeftMs(Math.max(0, dueAt - now - (performance.now() - start)))
    tick()
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [dueAt, now])

  const over = dueAt !== undefined && leftMs <= 0
  useEffect(() => {
    if (!over) return
    onOver()
    // The server decides when the hold is over; ask again until it agrees.
    const timer = setInterval(onOver, 2000)
    return () => clearInterval(timer)
  }, [over, onOver])

  if (dueAt === undefined) return null
  return (
    <div className="hold">
      <p>{leftMs > 0 ? `Prices held for ${toWords(leftMs)}` : 'Checking whether prices are still held'}</p>
      <p className="visually-hidden" role="status">
        {leftMs <= warnMs && 'Prices are held for less than two more minutes. Your delivery details will be kept.'}
      </p>
    </div>
  )
}

function toWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const [count, unit] = seconds > 60 ? [Math.ceil(seconds / 60), 'minute'] : [seconds, 'second']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
