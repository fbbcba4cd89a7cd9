'use client'
// The end of a list that grows: the view follows it while the reader is there, and stays where the reader is elsewhere.

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Nearer to the end than this is at the end. */
const nearPx = 24

/**
 * `end` is an empty element at the end of the list, `below` the one that follows it and may lie over the list. Returns
 * true while the end is in view. Any change of `content` may have moved the end.
 */
export function useNewest(
  { end, below }: { end: RefObject<HTMLElement | null>; below: RefObject<HTMLElement | null> },
  content: unknown,
): boolean {
  const [atEnd, setAtEnd] = useState(true)
  const following = useRef(true)

  useEffect(() => {
    const look = () => {
      following.current = hiddenPx(end.current, below.current) <= nearPx
      setAtEnd(following.current)
    }
    look()
    const ended = new AbortController()
    for (const type of ['scroll', 'resize'])
      window.addEventListener(type, look, { signal: ended.signal, passive: true })
    return () => ended.abort()
  }, [end, below])

  // A page that is opened anew, and not come back to, begins at the end.
  useEffect(() => {
    const [opened] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const comesBack = opened?.type === 'reload' || opened?.type === 'back_forward'
    if (!comesBack && window.scrollY === 0 && window.location.hash === '') follow(end.current, below.current)
  }, [end, below])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the content is what moves the end.
  useLayoutEffect(() => {
    if (following.current) follow(end.current, below.current)
  }, [content])

  return atEnd
}

/** How far the end is below what is seen. */
function hiddenPx(end: HTMLElement | null, below: HTMLElement | null): number {
  if (!end) return 0
  const edge = Math.min(window.innerHeight, below?.getBoundingClientRect().top ?? window.innerHeight)
  return end.getBoundingClientRect().bottom - edge
}

function follow(end: HTMLElement | null, below: HTMLElement | null): void {
  const top = hiddenPx(end, below)
  // At once, not smoothly: the next words come before a movement would be over.
  if (top > 0) window.scrollBy({ top, behavior: 'instant' })
}
