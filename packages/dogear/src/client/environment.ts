// The parts of the browser that the client uses besides `fetch`, so that a test can play several tabs.

/** `globalThis` is one; on a server most of it is missing, and without a document nothing is followed. */
export type Environment = {
  document?: Pick<Document, 'visibilityState' | 'addEventListener'>
  navigator?: { locks?: Pick<LockManager, 'request'> }
  EventSource?: new (url: string) => Pick<EventSource, 'close' | 'onmessage' | 'onerror' | 'readyState'>
  BroadcastChannel?: new (name: string) => Pick<BroadcastChannel, 'close' | 'onmessage' | 'postMessage'>
  /** Listens to the window, until the signal aborts. */
  addEventListener(type: string, listener: (event: Event) => void, options: { signal: AbortSignal }): void
}

export const browserEnvironment: Environment = globalThis as unknown as Environment
