// The browser's copy of progress, from the messages of the server as they come.

import { expect, it, vi } from 'vitest'
import type { Progress } from '../wire.ts'
import type { Environment } from './environment.ts'
import { type FollowOptions, followProgress } from './progress.ts'

type Source = {
  url: string
  open: boolean
  readyState: number
  onmessage: ((event: { data: string }) => void) | null
  onerror: (() => void) | null
  close(): void
}

/** A page whose streams a test feeds. */
function page(options: Pick<FollowOptions, 'initial'> = {}) {
  const sources: Source[] = []
  const listeners = new Set<() => void>()
  const document = {
    visibilityState: 'visible' as DocumentVisibilityState,
    addEventListener: (_: string, listener: () => void, { signal }: { signal: AbortSignal }) => {
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener))
    },
  }
  class EventSource {
    open = true
    readyState = 1
    onmessage = null
    onerror = null
    readonly url: string
    constructor(url: string) {
      this.url = url
      sources.push(this)
    }
    close() {
      this.open = false
    }
  }
  const told: Progress[] = []
  const environment = { document, EventSource } as unknown as Environment
  const stop = followProgress('/api/flows/assistant', (progress) => told.push(progress), { environment, ...options })
  return {
    stop,
    told,
    sources,
    listeners,
    send: (message: object) => sources.at(-1)?.onmessage?.({ data: JSON.stringify(message) }),
    fail(state: 'connecting' | 'closed') {
      const source = sources.at(-1)
      Object.assign(source ?? {}, { readyState: state === 'closed' ? 2 : 0 })
      source?.onerror?.()
    },
    show(state: DocumentVisibilityState) {
      document.visibilityState = state
      for (const listener of listeners) listener()
    },
  }
}
const part = (at: number, text: string, more: object = {}) => ({ effect: 'answer', attempt: '1.1', at, text, ...more })

it('text goes on where it ended, what comes twice is there once, a value takes the place of the one before', () => {
  const { send, told, sources } = page()
  expect(sources.map(({ url }) => url)).toEqual(['/api/flows/assistant/progress'])
  send({ effects: { answer: '1.1', extract: '1.3' } })
  send(part(0, 'Once '))
  send(part(5, 'upon '))
  send(part(0, 'Once upon a '))
  send(part(12, 'time', { value: { percent: 90 } }))
  send({ effect: 'extract', attempt: '1.3', at: 0, text: '', value: 7 })
  expect(told.at(-1)).toMatchObject({
    answer: { text: 'Once upon a time', value: { percent: 90 } },
    extract: { text: '', value: 7 },
  })
})

it('progress of an attempt that is over is not shown, nor what a later one has not said itself', () => {
  const { send, told } = page()
  send({ effects: { answer: '1.1' } })
  send(part(0, 'Once', { value: 1 }))
  send({ effects: { answer: '1.2' } })
  expect(told.at(-1)).toEqual({})
  send(part(0, 'Twice', { attempt: '1.2' }))
  expect(told.at(-1)).toMatchObject({ answer: { text: 'Twice', value: undefined } })
  send({ effects: {} })
  expect(told.at(-1)).toEqual({})
})

it('a gap is not shown: all there is comes again, over a new stream', () => {
  const { send, told, sources } = page()
  send(part(0, 'Once'))
  send(part(9, 'a time'))
  expect(told.at(-1)).toMatchObject({ answer: { text: 'Once' } })
  expect(sources.map(({ open }) => open)).toEqual([false, true])
  send(part(0, 'Once upon a time'))
  expect(told.at(-1)).toMatchObject({ answer: { text: 'Once upon a time' } })
})

it('there is a stream only while the page is shown, and none after the end', () => {
  const { sources, show, stop, listeners } = page()
  show('hidden')
  expect(sources.map(({ open }) => open)).toEqual([false])
  show('visible')
  expect(sources.map(({ open }) => open)).toEqual([false, true])
  stop()
  expect(sources.map(({ open }) => open)).toEqual([false, false])
  expect(listeners.size).toBe(0)
})

it('what a server has read is where it goes on, unless its attempt is over', () => {
  const initial = {
    answer: { attempt: '1.1', text: 'Once upon', value: 1 },
    gone: { attempt: '1.1', text: 'x', value: 2 },
  }
  const { send, told } = page({ initial })
  send({ effects: { answer: '1.1' } })
  expect(told.at(-1)).toEqual({ answer: initial.answer })
  send(part(0, 'Once'))
  expect(told.at(-1)).toEqual({ answer: initial.answer })
  send(part(0, 'Once upon a time'))
  expect(told.at(-1)).toEqual({ answer: { attempt: '1.1', text: 'Once upon a time', value: 1 } })
})

it('an effect that was started anew, in a state that was left and entered again, begins with nothing', () => {
  const { send, told } = page()
  send({ effects: { answer: '1.1' } })
  send(part(0, 'The first answer, which is long', { value: 1 }))
  send({ effects: { answer: '2.1' } })
  expect(told.at(-1)).toEqual({})
  send(part(0, 'The second', { attempt: '2.1' }))
  expect(told.at(-1)).toMatchObject({ answer: { text: 'The second', value: undefined } })
})

it('a stream that was refused is asked for again after a while, one that the browser connects again is not', () => {
  vi.useFakeTimers()
  const { sources, fail, stop } = page()
  const pass = () => vi.advanceTimersByTime(8_000)
  fail('connecting')
  pass()
  expect(sources).toHaveLength(1)
  fail('closed')
  expect(sources).toHaveLength(1)
  pass()
  expect(sources.map(({ open }) => open)).toEqual([false, true])
  fail('closed')
  stop()
  pass()
  expect(sources.map(({ open }) => open)).toEqual([false, false])
  vi.useRealTimers()
})
