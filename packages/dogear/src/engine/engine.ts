// The engine: its parts put together, with everything that follows a commit.

import { msgpackCodec } from '../codec/codec.ts'
import { recordsOf } from '../codec/records.ts'
import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId, Store } from '../store/store.ts'
import { viewOf } from '../turn/open.ts'
import type { Turn } from '../turn/take-turn.ts'
import { tagOf, toVisitor, withReference } from './access.ts'
import { createCache } from './cache.ts'
import type { Credential, Engine, EngineOptions, Visitor } from './contract.ts'
import { deliver } from './deliver.ts'
import { createDevices } from './devices.ts'
import { createEffectRunner } from './effect-runner.ts'
import { quiet, reporting } from './foreign.ts'
import { createForms } from './form.ts'
import { guardStore } from './guarded-store.ts'
import { createHandoffs } from './handoffs.ts'
import { createOwnerIndex } from './owner-index.ts'
import { createOwners } from './owners.ts'
import { createQueue } from './queue.ts'
import { createReader } from './reader.ts'
import { type Intent, runTurn, type Taken, type TurnDeps, type TurnRequest } from './run-turn.ts'
import { createSending, type EngineParts } from './send.ts'
import { createStoreClock } from './store-clock.ts'
import { createWatcher } from './watcher.ts'

export type { Engine, EngineOptions }

const tombstoneMs = 24 * 3_600_000

/** Puts flows and a store together. Throws `TypeError` for wrong wiring. The caller closes the store's client. */
export function createEngine(options: EngineOptions): Engine {
  const { codec = msgpackCodec(), clock: local = Date.now, onEmit = () => {} } = options
  const onError = quiet(options.onError ?? (() => {}))
  const { effectWaitMs = 2_000, leaseMs = 15_000, deadlineMs = 3_000, pollMs = 1_000 } = options
  const flows = new Map<string, Flow>(options.flows.map((flow) => [flow.id, flow as Flow]))
  if (flows.size !== options.flows.length) throw new TypeError('two flows have the same id')
  for (const flow of options.flows) for (const shortfall of shortfalls(flow, options.store)) onError(shortfall)
  const store = guardStore(options.store, deadlineMs)
  const clock = createStoreClock(store, local)
  const cache = createCache(options.cacheBytes ?? 64 * 1024 * 1024)
  const deps: TurnDeps = { store, records: recordsOf(codec), cache, queue: createQueue(), clock }
  const reader = createReader(deps)
  const watcher = createWatcher({ reader, store, pollMs, onError })
  const index = createOwnerIndex(deps)
  const runner = createEffectRunner({
    leaseMs,
    onError,
    settle: async (flow, id, ended) => void (await own(flow, id, { kind: 'settle', ...ended })),
    lease: async (flow, id, { holding, forMs }) => {
      const { changed } = await own(flow, id, { kind: 'lease', holding, until: clock.now() + forMs })
      return changed
    },
  })

  const flowOf = (flowId: string): Flow => {
    const flow = flows.get(flowId)
    if (!flow) throw new DogearError('unknown_flow', 'there is no such flow')
    return flow
  }

  async function run(flow: Flow, request: Omit<TurnRequest, 'flow' | 'leaseMs'>): Promise<Taken> {
    const taken = await withReference(request.id, () => runTurn(deps, { flow, leaseMs, ...request }))
    if (taken.turn) afterCommit(flow, request.id, taken.turn)
    return taken
  }

  const take: EngineParts['take'] = (flow, request) =>
    run(flow, { show: (shown) => viewOf(shown, { tag: tagOf(request.id) }), ...request })

  /** A turn of the engine itself. Rejects with `session_gone` if the session was removed. */
  async function own(flow: Flow, id: SessionId, intent: Intent, notBefore = 0): Promise<Turn> {
    const { turn } = await run(flow, { id, intent, notBefore })
    if (!turn) throw new DogearError('session_gone', 'the session was ended')
    return turn
  }

  function afterCommit(flow: Flow, session: SessionId, { changed, record, after }: Turn): void {
    if (!changed) return
    watcher.committed(session, record)
    if (record.owner) index.file(flow, session, record).catch(onError)
    deliver(after.actions, { flow: flow.id, session, onEmit, onError })
    for (const effect of after.effects) void runner.start(flow, session, effect)
    for (const error of after.failed) onError(error)
    for (const id of after.dropped)
      onError(
        new DogearError(
          'flow_failed',
          `version ${flow.version} of flow "${flow.id}" has no "${id}" in this state; it was dropped from a session`,
        ),
      )
  }

  const parts: EngineParts = {
    ...deps,
    ...{ reader, flows, flowOf, take, onError },
    async end(id, { owner }) {
      await store.remove(id, tombstoneMs)
      cache.delete(id)
      watcher.removed(id)
      if (owner) index.drop(id, owner.id).catch(onError)
    },
  }

  const sending = reporting(createSending(parts, { runner, effectWaitMs }), onError)
  return {
    flows,
    store: options.store,
    codec,
    now: clock.now,
    ...sending,
    ...createForms(sending),
    ...reporting(
      {
        read: async (flowId: string, who: Visitor | Credential | undefined) =>
          reader.read(flowOf(flowId), toVisitor(who)),
        ...createDevices(parts),
        ...createHandoffs(parts),
        ...createOwners(parts, index),
      },
      onError,
    ),
    watch: async (flowId, visitor, listener) => watcher.watch(flowOf(flowId), visitor, listener),
    async wake(id, dueAt) {
      const record = await reader.load(id)
      if (record && record !== 'removed') await own(flowOf(record.flow), id, { kind: 'wake' }, dueAt)
    },
    close(drainMs = 5_000) {
      watcher.close()
      return runner.close(drainMs)
    },
  }
}

const ranks = ['memory', 'replicated', 'archived'] as const

/** One error per effect that asks for more durability than the store gives. Such effects run all the same. */
function shortfalls(flow: Flow, store: Store): TypeError[] {
  return Object.entries(flow.effects).flatMap(([name, { durability: wanted = 'memory' }]) => {
    const { durability: given = 'memory' } = store
    if (ranks.indexOf(wanted) <= ranks.indexOf(given)) return []
    const asks = `effect "${name}" of flow "${flow.id}" asks for durability "${wanted}"`
    return [new TypeError(`${asks}; the ${store.name} store gives "${given}"`)]
  })
}
