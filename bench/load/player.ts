// One session played over one connection: begun, then the hot event again and again; every answer is checked.

import { randomUUID } from 'node:crypto'
import { begin, type Dialect, hot } from './dialects.ts'
import { type Answer, openLine } from './line.ts'

export type Player = {
  /** Sends hot events until `until`, a time of `performance.now()`; adds the milliseconds of each to `took`. */
  play(until: number, took: number[]): Promise<void>
  close(): void
}

// As a browser sends them from a page of the same site.
const pageHeaders = 'Content-Type: application/json\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\n'

/** Connects to `port` and begins a session; rejects if the answer is not what it should be, as `play` does. */
export async function begun(port: number, dialect: Dialect): Promise<Player> {
  const session = randomUUID()
  let fail: (error: Error) => void = () => {}
  const line = await openLine(port, (error) => fail(error))
  const cookies = new Map<string, string>()
  let headers = pageHeaders
  let visits = 0
  let seen: unknown
  let operations = 0

  function send(event: object, then: () => void): void {
    const opId = `${session}.${operations++}`
    const { path, headers: own = '', body } = dialect.write(session, opId, event, seen)
    line.send(path, headers + own, JSON.stringify(body), (answer) => {
      try {
        take(answer, event === hot ? visits + 1 : 0)
        then()
      } catch (error) {
        fail(error as Error)
      }
    })
  }

  function take({ status, cookies: set, body }: Answer, expected: number): void {
    if (status !== 200) throw new Error(`An event was answered with ${status}: ${body.slice(0, 500)}`)
    const answer = dialect.read(JSON.parse(body) as never)
    if (!Number.isNaN(answer.visits) && answer.visits !== expected)
      throw new Error(`${expected} visits were sent and ${answer.visits} are counted: an update was lost.`)
    visits = expected
    seen = answer.seen
    if (set.length === 0) return
    for (const cookie of set) cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie)
    headers = `${pageHeaders}Cookie: ${[...cookies.values()].join('; ')}\r\n`
  }

  await new Promise<void>((resolve, reject) => {
    fail = reject
    const first = dialect.create?.(session)
    if (first === undefined) send(begin, resolve)
    else
      line.send(first, headers, '{}', ({ status, body }) => {
        if (status === 200) send(begin, resolve)
        else fail(new Error(`A session was answered with ${status}: ${body.slice(0, 500)}`))
      })
  })
  return {
    play: (until, took) =>
      new Promise((resolve, reject) => {
        fail = reject
        const next = (): void => {
          const sent = performance.now()
          if (sent >= until) resolve()
          else
            send(hot, () => {
              took.push(performance.now() - sent)
              next()
            })
        }
        next()
      }),
    close: line.close,
  }
}
