// A person with a browser, who repeats each request until there is an answer and notes all answers in the journal.

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { View } from 'dogear'
import type { Answer, Attempt, Journal, Operation } from './journal.ts'
import type { Random } from './random.ts'

export type CustomerOptions = {
  name: string
  random: Random
  journal: Journal
  /** Ports of apps; each attempt goes to one of them. */
  ports: () => readonly number[]
  /** The time after which an attempt is given up and its outcome is unknown. */
  timeoutMs?: number
  /** A copy of every other request arrives once more, up to so many milliseconds later. */
  straysMs?: number
}

export type Customer = {
  readonly session: string
  readonly view: View | undefined
  read(): Promise<void>
  /** Sends one event from `step` until it is answered. `times` sends each attempt that often at once. */
  send(event: Operation['request']['event'], step: string, options?: { times?: number }): Promise<Answer>
  /** Resolves once every stray copy has been answered, to their number. */
  strays(): Promise<number>
}

const mostAttempts = 200

/** `shows`: the page shows the answer. */
type Asked = { client: string; shows: boolean }

export function createCustomer({
  name,
  random,
  journal,
  ports,
  timeoutMs = 10_000,
  straysMs = 0,
}: CustomerOptions): Customer {
  let token = ''
  let view: View | undefined
  let operations = 0
  const straying: Promise<void>[] = []
  const credential = () => {
    const [selector = '', secret = ''] = token.split('.')
    return { session: token && sha256(selector), secretHash: token && sha256(secret) }
  }

  async function ask(path: string, body?: object, asked: Asked = { client: name, shows: true }): Promise<Attempt> {
    const origin = `http://127.0.0.1:${random.pick(ports())}`
    const sentAt = performance.now()
    const done = (answer: Answer): Attempt => ({ client: asked.client, sentAt, answeredAt: performance.now(), answer })
    try {
      const response = await fetch(`${origin}/api/flows/checkout${path}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          origin,
          ...(token && { cookie: `dogear.checkout=${token}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const said = (await response.json()) as { outcome?: 'applied' | 'duplicate'; code?: string; view?: View } & View
      const made = /^dogear\.checkout=([^;]+)/.exec(response.headers.getSetCookie()[0] ?? '')?.[1]
      if (made && token && made !== token)
        return done({ kind: 'unknown', why: 'the session was lost and another one begun' })
      if (made) token = made
      return done(toAnswer(response.status, said, asked.shows))
    } catch (error) {
      if (error instanceof TypeError && error.cause === undefined) throw error
      return done({ kind: 'unknown', why: (error as Error).name })
    }
  }

  function toAnswer(
    status: number,
    said: { outcome?: 'applied' | 'duplicate'; code?: string; view?: View } & View,
    shows: boolean,
  ): Answer {
    const shown = status === 200 && !said.outcome ? said : said.view
    // An outage is unknown and tried again; anything else without a view should not be.
    if (!shown && status < 500 && status !== 429) throw new TypeError(`the answer was ${status} ${said.code}`)
    if (!shown || status >= 500 || status === 429) return { kind: 'unknown', why: `${status} ${said.code}` }
    if (shows && (!view || shown.revision >= view.revision)) view = shown
    const known = {
      session: credential().session,
      position: { epoch: shown.epoch, revision: shown.revision, mark: shown.mark },
      step: shown.step,
    }
    if (said.outcome) return { kind: said.outcome, ...known }
    return status === 200 ? { kind: 'read', ...known } : { kind: 'refused', code: said.code ?? '', ...known }
  }

  async function until(attempt: () => Promise<Attempt[]>): Promise<Answer> {
    let why = ''
    for (let tries = 0; tries < mostAttempts; tries++) {
      const attempts = await attempt()
      const first = attempts.find(({ answer }) => answer.kind !== 'unknown')
      if (first) return first.answer
      for (const { answer } of attempts) if (answer.kind === 'unknown') why = answer.why
      await sleep(Math.min(400, 20 * 2 ** tries) * (0.5 + random.next() / 2))
    }
    throw new Error(`${name} was never answered: ${why}`)
  }

  async function stray(operation: Operation, body: object): Promise<void> {
    await sleep(random.next() * straysMs)
    // Nobody waits for its answer, so no page shows it.
    operation.attempts.push(await ask('/events', body, { client: `${operation.opId}, astray`, shows: false }))
  }

  return {
    get session() {
      return credential().session
    },
    get view() {
      return view
    },
    async read() {
      await until(async () => {
        const attempt = await ask('')
        journal.reads.push(attempt)
        return [attempt]
      })
    },
    async send(event, step, { times = 1 } = {}) {
      const position = view?.saved ? { epoch: view.epoch, revision: view.revision, mark: view.mark } : undefined
      const opId = `op-${name}-${++operations}`
      const operation: Operation = {
        opId,
        request: { step, ...(position ? { position } : {}), event },
        secretHash: credential().secretHash,
        attempts: [],
      }
      journal.operations.push(operation)
      const body = { opId, ...operation.request }
      const answer = await until(async () => {
        const attempts = await Promise.all(Array.from({ length: times }, () => ask('/events', body)))
        operation.attempts.push(...attempts)
        return attempts
      })
      if (random.chance(straysMs > 0 ? 0.5 : 0)) straying.push(stray(operation, body))
      return answer
    },
    async strays() {
      await Promise.all(straying)
      return straying.length
    },
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
