// The browser's own word on its connection.

'use client'

import { useSyncExternalStore } from 'react'

const events = ['online', 'offline']

function subscribe(listener: () => void): () => void {
  for (const event of events) addEventListener(event, listener)
  return () => {
    for (const event of events) removeEventListener(event, listener)
  }
}

/** False while the browser knows that it has no network. True says little: a network may lead nowhere. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
}
