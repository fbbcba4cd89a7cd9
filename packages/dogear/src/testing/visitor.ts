// A person in tests: a browser with a cookie, a page that it shows, everything people do to a flow.

import { createHash, randomBytes } from 'node:crypto'
import type { Caller, Credential, Engine, Reply } from '../engine/contract.ts'
import { isDogearError } from '../errors.ts'
import type { EventOf, Flow, ServerEventOf, ViewOf } from '../flow/define.ts'
import type { HandoffMode, View } from '../wire.ts'

/** The browser that a visitor has. */
export type VisitorOptions = {
  /** Visitors of one name get the same session ids, in every engine. By default, each name is random. */
  name?: string
  /** The machine's input, asked where a session begins. */
  input?: () => unknown
  credential?: Credential
}

/**
 * `from` is the page that is sent from (the newest one); `step` is an earlier step of it that was gone back to;
 * `version` is that of the flow the page was built with (today's).
 */
export type SendOptions = { from?: View | undefined; step?: string; version?: number }

// biome-ignore lint/suspicious/noExplicitAny: flows of any events and contexts.
export type AnyFlow = Flow<any, any, any>

/** `View` is that of the flow, and every `Reply` holds it, as the engine gives them. */
export interface Visitor<F extends AnyFlow = AnyFlow> {
  /** The id of the session, for `engine.dispatch` or `engine.inspect`; null before there is one. */
  readonly session: string | null
  /** The newest view, as a page that is loaded shows it. */
  view(): Promise<ViewOf<F>>
  /**
   * Sends an event from a page. A request whose answer is lost is sent again, as a browser does. Rejects with the
   * errors of `engine.send`; a refusal is a value.
   */
  send(event: EventOf<F>, options?: SendOptions): Promise<Reply>
  /** As `send`, of a page that an earlier version has built: its events may be such as that one took. */
  send(event: { type: string }, options: SendOptions & { version: number }): Promise<Reply>
  /** Sends an event twice at once, as a double click without a guard would. */
  doubleClick(event: EventOf<F>, options?: SendOptions): Promise<[Reply, Reply]>
  /** Types into the current step, or into `step`, of a form that sends events of the type `form`. */
  draft(values: Readonly<Record<string, unknown>>, options?: { step?: string; form?: string }): Promise<Reply>
  /** Sends an event as a server would: a webhook, a cron job, support. */
  dispatch(event: EventOf<F> | ServerEventOf<F>): Promise<Reply>
  /** Opens the session on another device, which keeps it on this one. */
  join(): Promise<Visitor<F>>
  /** Moves the session to another device. */
  move(): Promise<Visitor<F>>
}

const maxTries = 5

/** A person with a browser of their own. `engine` may be any engine, that of `testEngine` or one on a real store. */
export function visitor<F extends AnyFlow>(engine: Engine, flow: F, options: VisitorOptions = {}): Visitor<F> {
  const { name = randomBytes(8).toString('hex'), input } = options
  let [count, begun] = [0, 0]
  const hash = (what: string) => createHash('sha256').update(`${name} ${what}`).digest('base64url')
  const credential = (id: string): Credential => ({
    id,
    secretHash: hash(`secret ${id}`),
    sealedSelector: `sealed:${id}`,
  })
  // The same one until a session has begun with it: its first event may have to be sent again.
  const mint = (): Credential => credential(hash(`session ${begun}`))
  const caller: Caller = { credential: options.credential, mint, label: name, input }
  const nextOpId = () => `${name}-operation-${++count}`

  /** Keeps the cookie that came with an answer. */
  function keep(reply: Reply): Reply {
    if (reply.created && reply.created.id !== caller.credential?.id) begun++
    caller.credential = reply.created ?? caller.credential
    return reply
  }

  const view = async () => (await engine.read(flow.id, caller)) as ViewOf<F>

  async function send(event: object, { from, step, version }: SendOptions): Promise<() => Promise<Reply>> {
    const page: View = from ?? (await view())
    const { epoch, revision, mark } = page
    const at = step ?? page.step
    const request = {
      ...{ opId: nextOpId(), version: version ?? page.version, position: { epoch, revision, mark } },
      event: event as EventOf<F>,
      ...(at === null ? {} : { step: at }),
    }
    return async () => keep(await again(() => engine.send(flow.id, caller, request)))
  }

  async function open(mode: HandoffMode): Promise<Visitor<F>> {
    const { id = '' } = caller.credential ?? {}
    const nth = ++count
    const link = hash(`link ${nth}`)
    const offer = { mode, link, code: hash(`code ${nth}`), locator: hash(`locator ${nth}`), lifetimeMs: 60_000 }
    await again(() => engine.offerHandoff(flow.id, caller, offer))
    const device: Credential = { ...credential(id), secretHash: hash(`secret ${id} ${nth}`) }
    const found = await again(() => engine.findHandoff({ kind: 'link', id, hash: link }))
    const here = { credential: undefined, label: `${name}'s other device` }
    // A redemption whose answer was lost is known by its secret when it is sent again.
    await again(() => engine.redeem(found, { device, here }))
    return visitor(engine, flow, { ...options, name: `${name}'${nth}`, credential: device })
  }

  return {
    get session() {
      return caller.credential?.id ?? null
    },
    view: () => again(view),
    send: async (event: object, options: SendOptions = {}) => (await again(() => send(event, options)))(),
    async doubleClick(event, options = {}) {
      const click = await again(() => send(event, options))
      return Promise.all([click(), click()])
    },
    async draft(values, { step, form } = {}) {
      const page: View = await again(view)
      const { epoch, revision, mark } = page
      const draft = {
        ...{ opId: nextOpId(), step: step ?? page.step ?? '', values, version: page.version },
        ...{ position: { epoch, revision, mark }, ...(form === undefined ? {} : { form, type: form }) },
      }
      return keep(await again(() => engine.saveDraft(flow.id, caller, draft)))
    },
    async dispatch(event) {
      const opId = nextOpId()
      const session = caller.credential?.id ?? ''
      return again(() => engine.dispatch({ flow: flow.id, session }, event as { type: string }, { opId }))
    },
    join: () => open('join'),
    move: () => open('move'),
  }
}

/** Sends a request again, as it is, as long as its answer is lost. */
async function again<T>(request: () => Promise<T>): Promise<T> {
  for (let left = maxTries; ; left--) {
    try {
      return await request()
    } catch (error) {
      if (left <= 1 || !isDogearError(error) || error.code !== 'store_unavailable') throw error
    }
  }
}
