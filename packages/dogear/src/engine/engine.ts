// The engine: load, turn, commit, after. The only place where order matters.

import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { DogearError, type DogearErrorCode, type Issue, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId, Store } from '../store/store.ts'
import { deviceOf, type Sender } from '../turn/devices.ts'
import { pending } from '../turn/effects.ts'
import { open, openNew, viewOf } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Reason, Turn } from '../turn/take-turn.ts'
import type { EventRequest, View } from '../wire.ts'
import { createCache } from './cache.ts'
import { deliver, type Emitted } from './deliver.ts'
import { createEffectRunner } from './effect-runner.ts'
import { guardStore } from './guarded-store.ts'
import { createQueue } from './queue.ts'
import { type Intent, openStored, runTurn, type TurnDeps } from './run-turn.ts'
import { createStoreClock } from './store-clock.ts'
import { sleep } from './waiting.ts'

/** What a browser's cookie proves: `id` and `secretHash` are base64url SHA-256 of its two halves. */
export type Credential = { id: SessionId; secretHash: string }

/** Who calls. `mint` is called only when a session is created; `label` names the device then. */
export type Caller = { credential: Credential | undefined; mint: () => Credential; label?: string }

export type Refusal = Extract<
  DogearErrorCode,
  'invalid_event' | 'not_accepted' | 'stale_step' | 'session_gone' | 'op_reused'
>

/** What became of a command. `created` is the minted credential if this call made the session. */
export type Reply =
  | { outcome: 'applied' | 'duplicate'; view: View; created: Credential | undefined }
  | { outcome: 'rejected'; code: Refusal; message: string; issues: readonly Issue[]; view: View; created: undefined }

export type DraftRequest = {
  opId: string
  step: string
  values: Readonly<Record<string, unknown>>
  issues?: readonly Issue[]
}

export type EngineOptions = {
  store: Store
  // biome-ignore lint/suspicious/noExplicitAny: flows of any events and contexts live side by side.
  flows: readonly Flow<any, any>[]
  codec?: Codec
  /** This machine's clock, in milliseconds since the Unix epoch. What counts is the store's: the difference is learned from its replies. */
  clock?: () => number
  /** Told of what went wrong where nobody waits for an answer. */
  onError?: (error: unknown) => void
  /** Told of emitted events, after their commit; at most once. */
  onEmit?: (emitted: Emitted) => void
  /** How long a request waits for the effects it started, in milliseconds (2,000). */
  effectWaitMs?: number
  /** How long an effect is held without a sign of life before another process takes it over, in milliseconds (15,000). */
  leaseMs?: number
  /** How long the store may take for one call, in milliseconds (3,000). */
  deadlineMs?: number
  /** Bytes of records kept in memory (64 MiB). */
  cacheBytes?: number
}

/** Every method rejects with a `DogearError`; `unknown_flow` for an id it was not given. */
export interface Engine {
  readonly flows: ReadonlyMap<string, Flow>
  now(): number
  /** The view of a session; without one, of the flow's beginning, with `saved: false`. Writes nothing and starts nothing. */
  read(flowId: string, credential: Credential | undefined): Promise<View>
  /** Applies an event once per `opId`. The first accepted one creates the session. */
  send(flowId: string, caller: Caller, request: EventRequest): Promise<Reply>
  /** Keeps values typed at a step, whatever they are, with what is wrong with them. */
  saveDraft(flowId: string, caller: Caller, draft: DraftRequest): Promise<Reply>
  /** Ends a session for good. Rejects with `no_session` if there is none. */
  destroy(flowId: string, credential: Credential): Promise<void>
  /**
   * Fires what is due in a session and takes over effects whose lease ran out; what it starts goes on in this process. For
   * workers: `dueAt` is the time the store said has come. Rejects with `unknown_flow` for a session of a flow of somebody else.
   */
  wake(id: SessionId, dueAt: number): Promise<void>
  /** Waits for running effects, at most `drainMs` (5,000), then gives their leases up. Does not close the store. */
  close(drainMs?: number): Promise<void>
}

const tombstoneMs = 24 * 3_600_000

const refusals: Readonly<Record<Reason, [Refusal, string]>> = {
  invalid: ['invalid_event', 'Some values were not accepted.'],
  'not-accepted': ['not_accepted', 'The flow does not take this event where it is now.'],
  stale: ['stale_step', 'The flow has moved on since this page was loaded. Nothing was changed.'],
  expired: ['session_gone', 'The session has ended.'],
  done: ['not_accepted', 'The flow is finished.'],
  'op-reused': ['op_reused', 'This operation id was used for something else before.'],
}

/** Puts flows and a store together. Throws `TypeError` for wrong wiring. The caller closes the store's client. */
export function createEngine(options: EngineOptions): Engine {
  const {
    codec = msgpackCodec(),
    clock: local = Date.now,
    onError = () => {},
    onEmit = () => {},
    effectWaitMs = 2_000,
    leaseMs = 15_000,
    deadlineMs = 3_000,
    cacheBytes = 64 * 1024 * 1024,
  } = options
  const flows = new Map<string, Flow>(options.flows.map((flow) => [flow.id, flow as Flow]))
  if (flows.size !== options.flows.length) throw new TypeError('two flows have the same id')
  for (const flow of options.flows) for (const shortfall of shortfalls(flow, options.store)) onError(shortfall)
  const store = guardStore(options.store, deadlineMs)
  const clock = createStoreClock(store, local)
  const deps: TurnDeps = { store, codec, cache: createCache(cacheBytes), queue: createQueue(), clock }
  const runner = createEffectRunner({
    leaseMs,
    onError,
    settle: async (flow, id, ended) => void (await own(flow, id, { kind: 'settle', ...ended })),
    lease: async (flow, id, { holding, forMs }) => {
      const { outcome } = await own(flow, id, { kind: 'lease', holding, until: clock.now() + forMs })
      return outcome.kind === 'applied'
    },
  })

  /** A turn of the engine's own making. */
  async function own(flow: Flow, id: SessionId, intent: Intent, notBefore?: number): Promise<Turn> {
    const turn = await runTurn(deps, { flow, id, leaseMs, intent, ...(notBefore === undefined ? {} : { notBefore }) })
    afterCommit(flow, id, turn)
    return turn
  }

  const flowOf = (flowId: string): Flow => {
    const flow = flows.get(flowId)
    if (!flow) throw new DogearError('unknown_flow', 'there is no such flow')
    return flow
  }

  function afterCommit(flow: Flow, session: SessionId, { after }: Turn): void {
    deliver(after.acts, { flow: flow.id, session, onEmit, onError })
    for (const effect of after.effects) void runner.start(flow, session, effect)
    for (const id of after.dropped)
      onError(
        new DogearError(
          'flow_failed',
          `version ${flow.version} of flow "${flow.id}" has no "${id}" in this state; it was dropped from a session`,
        ),
      )
  }

  /** The record `credential` opens, or undefined: unknown, expired, of another flow, or with another secret are all the same. */
  async function load(flow: Flow, credential: Credential): Promise<SessionRecord | undefined> {
    await clock.sync()
    const known = deps.cache.get(credential.id)
    const found = await store.read(credential.id, known?.position)
    const stored = found === 'unchanged' ? known : found
    const record = openStored(codec, credential.id, stored)
    if (record && typeof stored === 'object') deps.cache.set(credential.id, stored)
    return record && opens(flow, record, credential) ? record : undefined
  }

  async function submit(
    flow: Flow,
    { credential, mint, label = '' }: Caller,
    toIntent: (sender: Sender) => Intent,
  ): Promise<Reply> {
    const take = async (credential: Credential, fresh: boolean): Promise<Reply> => {
      const { id, secretHash } = credential
      const admit = (record: SessionRecord | undefined) => {
        if (!fresh && !(record && opens(flow, record, credential)))
          throw new DogearError('no_session', 'there is no such session')
      }
      const turn = await runTurn(deps, { flow, id, intent: toIntent({ secretHash, label }), leaseMs, fresh, admit })
      afterCommit(flow, id, turn)
      return toReply(flow, { turn, credential, created: fresh && turn.outcome.kind === 'applied' })
    }
    try {
      if (credential) return await take(credential, false)
    } catch (error) {
      if (!isDogearError(error) || error.code !== 'no_session') throw error
    }
    // Strict mode: an id we did not mint is never adopted.
    return take(mint(), true)
  }

  async function toReply(
    flow: Flow,
    { turn, credential, created }: { turn: Turn; credential: Credential; created: boolean },
  ): Promise<Reply> {
    const { outcome, work } = turn
    const saved = turn.record !== undefined
    let view = viewOf(work ?? openNew(flow, { now: clock.now(), session: '', leaseMs }), {
      saved: saved && work !== undefined,
    })
    if (outcome.kind === 'rejected') {
      const [code, message] = refusals[outcome.reason]
      return { outcome: 'rejected', code, message, issues: outcome.issues, view, created: undefined }
    }
    if (turn.record && pending(turn.record.effects).length > 0) {
      await Promise.race([runner.idle(credential.id), sleep(effectWaitMs)])
      view = await engine.read(flow.id, credential)
    }
    return { outcome: outcome.kind, view, created: created ? credential : undefined }
  }

  const engine: Engine = {
    flows,
    now: clock.now,
    async read(flowId, credential) {
      const flow = flowOf(flowId)
      const record = credential && (await load(flow, credential))
      const now = clock.now()
      if (!record) return viewOf(openNew(flow, { now, session: '', leaseMs }), { saved: false })
      if (now >= record.expiresAt) throw new DogearError('session_gone', 'the session has expired')
      return viewOf(open(flow, record, { now, session: '', leaseMs }))
    },
    async send(flowId, caller, { opId, step, position, event }) {
      const place = { ...(step === undefined ? {} : { step }), ...(position === undefined ? {} : { position }) }
      return submit(flowOf(flowId), caller, (sender) => ({ kind: 'event', opId, event, sender, ...place }))
    },
    async saveDraft(flowId, caller, { opId, step, values, issues = [] }) {
      return submit(flowOf(flowId), caller, (sender) => ({ kind: 'draft', opId, step, values, issues, sender }))
    },
    async destroy(flowId, credential) {
      const record = await load(flowOf(flowId), credential)
      if (!record) throw new DogearError('no_session', 'there is no session to end')
      await store.remove(credential.id, tombstoneMs)
      deps.cache.delete(credential.id)
    },
    async wake(id, dueAt) {
      const found = await store.read(id)
      const record = openStored(codec, id, found === 'unchanged' ? undefined : found)
      if (!record || typeof found !== 'object') return
      deps.cache.set(id, found)
      await own(flowOf(record.flow), id, { kind: 'wake' }, dueAt)
    },
    close: (drainMs = 5_000) => runner.close(drainMs),
  }
  return engine
}

function opens(flow: Flow, record: SessionRecord, { secretHash }: Credential): boolean {
  return record.flow === flow.id && deviceOf(record, secretHash) !== undefined
}

const ranks = ['memory', 'replicated', 'archived'] as const

/** Effects that ask for more than the store keeps: said once, loudly, and run all the same. */
function shortfalls(flow: Flow, store: Store): TypeError[] {
  return Object.entries(flow.effects).flatMap(([name, { durability: wanted = 'memory' }]) => {
    const { durability: given = 'memory' } = store
    if (ranks.indexOf(wanted) <= ranks.indexOf(given)) return []
    const asks = `effect "${name}" of flow "${flow.id}" asks for durability "${wanted}"`
    return [new TypeError(`${asks}; the ${store.name} store gives "${given}"`)]
  })
}
