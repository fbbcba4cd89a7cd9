// A browser with several tabs, as live updates see it: visibility, locks, streams from the real server.

import type { browser } from '../../fixtures/order.ts'
import type { Environment } from './environment.ts'

type Visibility = 'visible' | 'hidden'

export type Tab = {
  environment: Environment
  hide(): void
  show(): void
  /** Into the back/forward cache, and out of it. */
  freeze(): void
  thaw(): void
  focus(): void
}

export type Tabs = {
  tab(missing?: readonly (keyof Environment)[]): Tab
  /** Streams open at present. */
  open(): number
  /** Streams asked for so far. */
  asked(): number
  /** Ends all streams, as a server does that stops. */
  cut(): void
  /** Refuses streams from now on, or no longer. */
  refuse(refusing: boolean): void
  /** The number of tabs that hold a lock or wait for one. */
  locked(): number
}

export function tabsOf(fetch: ReturnType<typeof browser>): Tabs {
  const streams = new Set<() => void>()
  const locks = lockManager()
  let asked = 0
  let refusing = false

  /** As the standard has it, except that it never connects again by itself. */
  class Source {
    onmessage: ((event: MessageEvent) => void) | null = null
    onerror: ((event: Event) => void) | null = null
    readonly #ended = new AbortController()
    constructor(url: string) {
      asked++
      const { signal } = this.#ended
      const cut = () => {
        if (signal.aborted) return
        this.close()
        this.onerror?.(new Event('error'))
      }
      streams.add(cut)
      signal.addEventListener('abort', () => streams.delete(cut))
      void this.#read(url).then(cut, cut)
    }
    async #read(url: string) {
      const { signal } = this.#ended
      const response = await fetch(url, { signal })
      if (refusing || response.status !== 200 || !response.body) return
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream()))
        for (const [, data = ''] of chunk.matchAll(/^data: (.*)$/gm))
          if (!signal.aborted) this.onmessage?.(new MessageEvent('message', { data }))
    }
    close() {
      this.#ended.abort()
    }
  }

  return {
    open: () => streams.size,
    asked: () => asked,
    locked: locks.count,
    refuse: (now) => {
      refusing = now
    },
    cut: () => {
      for (const cut of [...streams]) cut()
    },
    tab(missing = []) {
      const [page, window] = [new EventTarget(), new EventTarget()]
      let visibilityState: Visibility = 'visible'
      const turn = (to: Visibility) => {
        visibilityState = to
        page.dispatchEvent(new Event('visibilitychange'))
      }
      const move = (type: string) => window.dispatchEvent(Object.assign(new Event(type), { persisted: true }))
      const environment = {
        document: Object.defineProperty(page, 'visibilityState', { get: () => visibilityState }) as unknown as Document,
        navigator: missing.includes('navigator') ? {} : { locks: { request: locks.request } },
        EventSource: Source,
        BroadcastChannel,
        addEventListener: window.addEventListener.bind(window),
      } as unknown as Environment
      for (const name of missing) if (name !== 'navigator') delete environment[name]
      return {
        environment,
        hide: () => turn('hidden'),
        show: () => turn('visible'),
        freeze: () => move('pagehide'),
        thaw: () => move('pageshow'),
        focus: () => window.dispatchEvent(new Event('focus')),
      }
    },
  }
}

/** Exclusive locks, one after another, in memory: the part of the Web Locks API that is used. */
function lockManager(): { count(): number; request: LockManager['request'] } {
  const queue: { run: () => Promise<unknown> }[] = []
  async function next() {
    const [first] = queue
    if (!first) return
    await first.run()
    queue.shift()
    void next()
  }
  return {
    count: () => queue.length,
    request: (_name: string, { signal }: { signal: AbortSignal }, hold: () => Promise<unknown>) =>
      new Promise<unknown>((resolve, reject) => {
        let held = false
        const entry = {
          run: async () => {
            held = true
            resolve(await hold())
          },
        }
        signal.addEventListener('abort', () => {
          if (held) return
          queue.splice(queue.indexOf(entry), 1)
          reject(signal.reason)
        })
        queue.push(entry)
        if (queue.length === 1) void next()
      }),
  } as unknown as { count(): number; request: LockManager['request'] }
}
