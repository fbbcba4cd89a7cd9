// One session played over one connection: begun, then the hot event again and again; every answer is checked.

import { begin, type Dialect, hot } from './dialects.ts'
import { type Line, openLine } from './line.ts'
import { newSession, type Session } from './session.ts'

export type Player = {
  session: Session
  /** Sends hot events until it is `over`; adds the milliseconds of each to `took`. */
  play(over: () => boolean, took: number[]): Promise<void>
  /** Sends one hot event, as a page would; resolves to the visits that are counted afterwards. */
  visit(opId: string): Promise<number>
  /** The same session over another connection, as another tab. */
  tab(): Promise<Player>
  close(): void
}

/** Connects to `port` and begins a session; rejects if the answer is not what it should be, as `play` does. */
export async function begun(port: number, dialect: Dialect): Promise<Player> {
  const session = newSession(dialect)
  const player = await openTab(port, session, (line, done, failed) => {
    const first = dialect.create?.(session.id)
    const start = () => session.send(line, begin, { opId: session.opId(), done, failed })
    if (first === undefined) start()
    else
      line.send(first, 'Content-Type: application/json\r\n', '{}', ({ status }) => {
        if (status === 200) start()
        else failed(new Error(`A session was answered with ${status}.`))
      })
  })
  return player
}

type Opening = (line: Line, done: () => void, failed: (error: Error) => void) => void

async function openTab(port: number, session: Session, opening: Opening): Promise<Player> {
  let failed: (error: Error) => void = () => {}
  const line = await openLine(port, (error) => failed(error))
  const until = <T>(work: (done: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      failed = reject
      work(resolve)
    })
  let expected = 0
  await until<void>((done) => opening(line, done, failed))
  return {
    session,
    play: (over, took) =>
      until((done) => {
        const next = (): void => {
          const sent = performance.now()
          if (over()) done()
          else session.send(line, hot, { opId: session.opId(), failed, done: (visits) => check(visits, sent) })
        }
        const check = (visits: number, sent: number): void => {
          expected++
          if (visits !== expected && !Number.isNaN(visits))
            failed(new Error(`${expected} visits were sent and ${visits} are counted: an update was lost.`))
          else {
            took.push(performance.now() - sent)
            next()
          }
        }
        next()
      }),
    visit: (opId) => until((done) => session.send(line, hot, { opId, done, failed })),
    tab: () => openTab(port, session, (_, done) => done()),
    close: line.close,
  }
}
