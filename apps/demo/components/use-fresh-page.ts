'use client'
// The look of a refused page: it comes up like a new one, so that nothing on it is seen to move.

import { useLayoutEffect, useRef } from 'react'

const fade: KeyframeAnimationOptions = { duration: 150, easing: 'ease-out' }

/**
 * With every new `refusal` the page is laid out anew and fades in, as one does after a navigation. The fields keep what
 * is in them. Its errors would push the fields about otherwise, long after the press they are the answer to.
 */
export function useFreshPage(refusal: unknown): void {
  const last = useRef(refusal)
  useLayoutEffect(() => {
    if (last.current === refusal) return
    last.current = refusal
    if (!refusal) return
    const { body } = document
    body.style.display = 'none'
    // Asked for a place, the browser lays the page out: without anything on it, this once.
    body.getBoundingClientRect()
    body.style.display = ''
    if (matchMedia('(prefers-reduced-motion: no-preference)').matches) body.animate({ opacity: [0, 1] }, fade)
  }, [refusal])
}
