'use client'
// The focus of an element that says what went wrong, on a page that is no step.

import type { FocusProps } from 'dogear/react'
import { useEffect, useRef } from 'react'

/** With every new `cause` the element gets the focus. */
export function useAlert(cause: unknown): FocusProps {
  const box = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same problem may come twice.
  useEffect(() => box.current?.focus(), [cause])
  return {
    ref: (element) => {
      box.current = element
    },
    tabIndex: -1,
  }
}
