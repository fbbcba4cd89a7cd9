// The mechanics of one event stream: what it says, and that it always ends and leaves nothing behind.

import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Position } from '../wire.ts'
import { createEventStream, type EventStreamOptions } from './event-stream.ts'
import { toResponse } from './fetch.ts'

const fine = async () => {}

function started(options: Partial<EventStreamOptions> = {}) {
  const abort = new AbortController()
  const stream = createEventStream({ signal: abort.signal, check: fine, retryMs: 2000, ...options })
  let ends = 0
  stream.onEnd(() => ends++)
  const { body } = toResponse({ status: 200, headers: {}, cookies: [], body: stream })
  return { ...stream, body: body as ReadableStream<Uint8Array>, abort, ends: () => ends }
}
const textOf = (body: ReadableStream<Uint8Array>) => new Response(body).text()

describe('an event stream', () => {
  it('says when to come back, and then every position once', async () => {
    const { body, send, end } = started()
    for (const revision of [1, 1, 2, 2, 3]) send(at(revision))
    send(at(3, 1))
    end()
    send(at(4, 1))
    expect(await textOf(body)).toBe(
      'retry: 2000\n\n' +
        'data: {"epoch":0,"revision":1,"mark":"00000001"}\n\ndata: {"epoch":0,"revision":2,"mark":"00000002"}\n\n' +
        'data: {"epoch":0,"revision":3,"mark":"00000003"}\n\n' +
        'data: {"epoch":1,"revision":3,"mark":"00000003"}\n\n',
    )
  })

  it('[M70] tells nothing of a position but where it is', async () => {
    const { body, send, end } = started()
    send({ ...at(1), secret: 'x' } as Position)
    end()
    expect(await textOf(body)).not.toContain('secret')
  })

  it('gives signs of life, and checks at each of them', async () => {
    let checks = 0
    const check = async () => {
      checks += 1
      if (checks === 3) end()
    }
    const { body, end } = started({ heartbeatMs: 1, check })
    expect(await textOf(body)).toBe(`retry: 2000\n\n${':\n\n'.repeat(3)}`)
  })

  it('ends when it cannot be checked twice in a row, not when it stumbles once', async () => {
    let checks = 0
    const check = async () => {
      checks += 1
      if ([1, 3, 5, 6].includes(checks)) throw new Error('down')
    }
    const { body } = started({ heartbeatMs: 1, check })
    await textOf(body)
    expect(checks).toBe(6)
  })

  it('ends when its time is over', async () => {
    const { body, ends } = started({ lifeMs: 5 })
    await textOf(body)
    expect(ends()).toBe(1)
  })

  it('ends for who does not read', async () => {
    const { send, ends } = started()
    for (let revision = 1; revision < 1000 && ends() === 0; revision++) send(at(revision))
    expect(ends()).toBe(1)
  })

  it('goes on for who reads', async () => {
    const { body, send, ends } = started()
    const reader = body.getReader()
    for (let revision = 1; revision < 1000; revision++) {
      await reader.read()
      send(at(revision))
    }
    expect(ends()).toBe(0)
  })

  it('ends once, whoever ends it, in whatever order', async () => {
    const { body, abort, end, ends, send } = started()
    const reader = body.getReader()
    abort.abort()
    end()
    await reader.cancel()
    end()
    send(at(1, 0))
    expect(ends()).toBe(1)
  })

  it.each(['abort', 'cancel'] as const)('ends by %s alone', async (how) => {
    const { body, abort, ends } = started()
    if (how === 'abort') abort.abort()
    else await body.cancel()
    expect(ends()).toBe(1)
  })

  it('ends at once where the browser has gone already', async () => {
    const signal = AbortSignal.abort()
    const { body, ends } = started({ signal })
    expect(ends()).toBe(1)
    expect(await textOf(body)).toBe('')
  })

  it('[M72] has no timer and no listener left when it has ended', async () => {
    let checks = 0
    const signal = new AbortController().signal
    let listeners = 0
    const counted = new Proxy(signal, {
      get(target, name) {
        if (name === 'addEventListener') return () => void listeners++
        if (name === 'removeEventListener') return () => void listeners--
        return Reflect.get(target, name, target)
      },
    })
    const { end } = started({
      signal: counted,
      heartbeatMs: 1,
      check: async () => {
        checks += 1
      },
    })
    expect(listeners).toBe(1)
    end()
    await wait(10)
    expect([listeners, checks]).toEqual([0, 0])
  })
})
