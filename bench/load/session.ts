// A session as one browser knows it: its cookies, and what the last answer has shown.

import { randomUUID } from 'node:crypto'
import type { Dialect } from './dialects.ts'
import type { Answer, Line } from './line.ts'

export type Session = {
  id: string
  /** A new operation id. */
  opId(): string
  /** Sends an event over `line`; hands on the visits that the answer counts, or the error that it is. */
  send(line: Line, event: object, options: Sending): void
}

type Sending = { opId: string; done: (visits: number) => void; failed: (error: Error) => void }

// As a browser sends them from a page of the same site.
const pageHeaders = 'Content-Type: application/json\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\n'

export function newSession(dialect: Dialect): Session {
  const id = randomUUID()
  const cookies = new Map<string, string>()
  let headers = pageHeaders
  let seen: unknown
  let operations = 0

  function take({ status, cookies: set, body }: Answer): number {
    if (status !== 200) throw new Error(`An event was answered with ${status}: ${body.slice(0, 500)}`)
    const answer = dialect.read(JSON.parse(body) as never)
    seen = answer.seen
    if (set.length > 0) {
      for (const cookie of set) cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie)
      headers = `${pageHeaders}Cookie: ${[...cookies.values()].join('; ')}\r\n`
    }
    return answer.visits
  }

  return {
    id,
    opId: () => `${id}.${operations++}`,
    send(line, event, { opId, done, failed }) {
      const { path, headers: own = '', body } = dialect.write(id, opId, event, seen)
      line.send(path, headers + own, JSON.stringify(body), (answer) => {
        let visits: number
        try {
          visits = take(answer)
        } catch (error) {
          failed(error as Error)
          return
        }
        done(visits)
      })
    },
  }
}
