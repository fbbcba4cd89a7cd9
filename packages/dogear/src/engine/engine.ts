// The engine: its parts put together, with everything that follows a commit.

import { randomBytes } from 'node:crypto'
import { recordsOf } from '../codec/records.ts'
import { isProduction } from '../environment.ts'
import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId, Stored } from '../store/store.ts'
import { holderOf, isAdmission, isEngine, isFromBrowser } from '../turn/commands.ts'
import { viewOf } from '../turn/open.ts'
import { type Effect, positionOf, type Result } from '../turn/record.ts'
import type { Turn } from '../turn/take-turn.ts'
import { lookAgainAt } from '../turn/timers.ts'
import { isOver, referred, referTo, tagOf, toVisitor, unknown, withReference } from './access.ts'
import { runDue } from './agenda/run-due.ts'
import { type Behind, putBehind } from './archive/behind.ts'
import type { Started } from './begin/begin.ts'
import { createCache } from './cache.ts'
import type { Credential, Engine, EngineOptions, Visitor } from './contract.ts'
import { deliver } from './deliver.ts'
import { createDevices } from './devices.ts'
import { shortfalls, unconfirmed } from './effects/durability.ts'
import { createEffectRunner } from './effects/effect-runner.ts'
import { createLeases, createTakeover, type Takeover } from './effects/takeover.ts'
import { quiet, reporting } from './foreign.ts'
import { createForms } from './form.ts'
import { guardStore, settling } from './guarded-store.ts'
import { createIssuing } from './handoff/issue.ts'
import { createHandoffs } from './handoffs.ts'
import { createLog, loggedAs, reportTo } from './log/log.ts'
import { lineOfGone, lineOfTurn } from './log/turn-line.ts'
import { createOwnerIndex } from './owner-index.ts'
import { createOwners } from './owners.ts'
import { createProgressDesk } from './progress/follow.ts'
import { reportingTo } from './progress/reporter.ts'
import { createQueue } from './queue.ts'
import { createReader } from './reader.ts'
import { createCrowding } from './room/crowding.ts'
import { type Intent, runTurn, type Taken, type TurnDeps, type TurnRequest } from './run-turn.ts'
import { toSealing } from './sealing/sealing.ts'
import { createSending, type EngineParts } from './send.ts'
import { createFromServer } from './server/dispatch.ts'
import { createStoreClock, localClocks } from './store-clock.ts'
import { createWatcher } from './watcher.ts'
import { refuseOptions } from './wiring/check-options.ts'

export type { Engine, EngineOptions }

const tombstoneMs = 24 * 3_600_000
/** How many turns are taken to make up for overdue timers before a request is sent away. */
const maxRounds = 50

/** Puts flows and a store together. Throws `TypeError` for wrong wiring. The caller closes the store's client. */
export function createEngine(options: EngineOptions): Engine {
  refuseOptions(options)
  const { onEmit = () => {} } = options
  const { codec, keyring, sealsWith, archive, store: front } = toSealing(options)
  const log = createLog(options.log, keyring)
  const told = quiet(options.onError ?? (() => {}))
  const onError = reportTo(log, told)
  const { effectWaitMs = 2_000, effectConcurrency = 64, leaseMs = 15_000 } = options
  const { deadlineMs = 3_000, pollMs = 1_000 } = options
  const flows = new Map<string, Flow>(options.flows.map((flow) => [flow.id, complete(flow as Flow)]))
  const records = recordsOf(codec)
  const behind: Behind | undefined =
    archive &&
    putBehind({
      ...{ store: front, archive, records, flows, deadlineMs, tombstoneMs, onError },
      clock: () => clock,
    })
  const whole = behind?.store ?? front
  for (const flow of options.flows) for (const shortfall of shortfalls(flow, whole)) onError(shortfall)
  const store = guardStore(whole, deadlineMs)
  const clock = createStoreClock(store, localClocks(options.clock))
  const cache = createCache(options.cacheBytes ?? 64 * 1024 * 1024)
  const token = randomBytes(9).toString('base64url')
  const deps: TurnDeps = {
    store,
    records,
    cache,
    queue: createQueue(),
    clock,
    token,
    crowded: createCrowding(onError),
    confirms: (flow, effects) =>
      front.durability === 'replicated' &&
      effects.some(({ src }) => (flow.effects[src]?.durability ?? whole.durability) === 'replicated'),
  }
  const seen: Takeover['seen'] = (...session) => takeover.seen(...session)
  const reader = createReader(deps, seen)
  const watcher = createWatcher({ reader, store, pollMs, seen, onError })
  const progress = createProgressDesk({ reader, watcher, store, pollMs, onError })
  const index = createOwnerIndex(deps)
  const runner = createEffectRunner({
    leaseMs,
    concurrency: effectConcurrency,
    now: clock.now,
    onError,
    end: own,
    onDropped: (flow, session, dropped) =>
      log({ name: 'effect.dropped', flow: flow.id, session: tagOf(session), ...dropped }),
    reporter: reportingTo(store, onError),
    ...createLeases({ store, token, leaseMs }, reader.load),
  })
  const takeover = createTakeover({
    ...{ store, runner, token, leaseMs, onError },
    now: clock.now,
    wake: (id) => wake(id, 0),
  })

  const flowOf = (flowId: string): Flow => {
    const flow = flows.get(flowId)
    if (!flow) throw new DogearError('unknown_flow', 'there is no such flow')
    return flow
  }

  function run(flow: Flow, request: Omit<TurnRequest, 'flow' | 'leaseMs'>, rounds = maxRounds): Promise<Started> {
    const taking = request.isLate ? turn(flow, request) : store.together((isLate) => turn(flow, { ...request, isLate }))
    return taking.then((taken) => {
      if (!(taken.turn?.changed && taken.turn.again)) return taken
      if (rounds > 1) return run(flow, request, rounds - 1)
      const message = 'more of its timers are overdue than can be made up for at once; it goes on with the next request'
      throw new DogearError('conflict', message, { retryAfterMs: 500 })
    })
  }

  /** One turn with what follows its commit, also if that comes too late for its caller. */
  function turn(flow: Flow, request: Omit<TurnRequest, 'flow' | 'leaseMs'>): Promise<Started> {
    const { id, intent } = request
    const follow = (taken: Taken): Started | Promise<Started> => {
      if (!taken.turn) {
        const over = isOver(flow, taken.record, clock.now())
        if (isFromBrowser(intent) && !isAdmission(intent))
          log(lineOfGone(taken.gone, { flow: flow.id, session: tagOf(id), over }))
        return { effects: done, ...taken }
      }
      const { record } = taken.turn
      if (record && !isEngine(intent)) takeover.seen(id, record)
      const kept = taken.confirmed === false ? unconfirmed() : behind?.kept(flow, id, taken.turn)
      const started = { effects: afterCommit(flow, request, taken.turn, kept), ...taken }
      return kept ? kept.then(() => started) : started
    }
    return runTurn(deps, { flow, leaseMs: runner.closed ? 0 : leaseMs, ...request }).then(follow, (error: unknown) => {
      throw referred(id, error)
    })
  }

  const take: EngineParts['take'] = (flow, request) =>
    run(flow, {
      show: (shown) => viewOf(shown, { tag: tagOf(request.id), secretHash: holderOf(request.intent) }),
      ...request,
    })

  /** A turn of the engine itself. Rejects with `session_gone` if the session was removed. */
  async function own(flow: Flow, id: SessionId, intent: Intent, notBefore = 0): Promise<Started> {
    const taken = await run(flow, { id, intent, notBefore })
    if (!taken.turn) throw new DogearError('session_gone', 'the session was ended')
    return taken
  }

  const wake = (id: SessionId, dueAt: number, stored?: Stored): Promise<number | undefined> =>
    withReference(id, async () => {
      const record = await reader.load(id, stored)
      if (!record || record === 'removed') return undefined
      const flow = flows.get(record.flow)
      if (!flow) throw new DogearError('unknown_flow', `this process has no flow "${record.flow}"`)
      const leased = await takeover.claim(id, record, Math.max(clock.now(), dueAt))
      try {
        // Another try would be used up for nothing if it could not begin.
        if (leased.length > 0 && behind?.isAwaited(flow, record)) await behind.archiver.keep(id, record)
        const { turn } = await own(flow, id, { kind: 'wake', leased }, dueAt)
        return turn?.record && !turn.changed ? lookAgainAt(turn.record, { now: clock.now(), leaseMs }) : undefined
      } finally {
        takeover.release(id, leased)
      }
    })

  function afterCommit(
    flow: Flow,
    { id: session, intent }: { id: SessionId; intent: Intent },
    { changed, record, after }: Turn,
    kept: Promise<ReadonlyMap<string, Result>> | undefined,
  ): Promise<unknown> {
    if (!changed) return done
    const line = lineOfTurn(intent, { flow: flow.id, session, record })
    if (line) log(line)
    watcher.committed(session, record)
    runner.keep(session, record)
    if (record.owner) index.file(flow, session, record).catch(onError)
    deliver(after.actions, { flow: flow.id, session, onEmit, onError })
    const [follows, since] = [intent.kind === 'settle', positionOf(record)]
    const start = (effect: Effect, result = effect.result) =>
      runner.start(flow, session, { effect: result ? { ...effect, result } : effect, follows, since })
    const started = after.effects.map((effect) =>
      kept
        ? kept.then(
            (results) => start(effect, results.get(effect.effectId)),
            () => giveBack(flow, session, effect),
          )
        : start(effect),
    )
    for (const error of after.failures) onError(referTo(session, error))
    for (const id of after.dropped) {
      const message = `version ${flow.version} of flow "${flow.id}" has no "${id}" in this state; it was dropped`
      onError(referTo(session, new DogearError('flow_failed', message)))
    }
    return started.length > 0 ? Promise.all(started) : done
  }

  /** A try that may not begin here is nobody's: the session is looked at again soon. */
  async function giveBack(flow: Flow, session: SessionId, { effectId, attempt }: Effect): Promise<void> {
    await own(flow, session, { kind: 'give-back', holding: { effectId, attempt }, begun: false }).catch(onError)
    await store.hold(session, effectId, token, 0).catch(onError)
  }

  const parts: EngineParts = {
    ...deps,
    ...{ reader, flows, flowOf, take, onError },
    async end(flow, id, bar) {
      // A turn of its own, so that nothing can begin between the look at the session and its removal.
      const { turn, gone } = await take(flow, { id, intent: { kind: 'end' }, bar })
      if (!turn) return gone
      if (turn.outcome.kind === 'rejected') {
        if (turn.outcome.reason === 'expired') return unknown
        throw new DogearError('effect_pending', 'something is under way for this session; it cannot be ended yet')
      }
      const owner = turn.record?.owner
      await store.remove(id, tombstoneMs)
      cache.delete(id)
      log({ name: 'session.destroyed', flow: flow.id, session: tagOf(id) })
      if (owner) index.drop(id, owner.id).catch(onError)
      return null
    },
  }

  const sending = reporting(createSending(parts, { effectWaitMs }), told)
  return {
    flows,
    store: whole,
    archive,
    archiver: behind?.archiver,
    codec,
    keyring,
    sealsWith,
    log,
    loggedAs: (session) => loggedAs(keyring, tagOf(session)),
    now: clock.now,
    ...sending,
    ...createForms(sending),
    ...reporting(
      settling(store, {
        read: async (flowId: string, who: Visitor | Credential | undefined) =>
          reader.read(flowOf(flowId), toVisitor(who)),
        readProgress: async (flowId: string, who: Visitor | Credential | undefined) =>
          progress.read(flowOf(flowId), toVisitor(who)),
        ...createDevices(parts),
        ...createHandoffs(parts),
        ...createOwners(parts, index),
        ...createFromServer(parts),
        ...createIssuing(parts, { keyring, handoffUrl: options.handoffUrl }),
      }),
      told,
    ),
    watch: async (flowId, visitor, listener) => watcher.watch(flowOf(flowId), visitor, listener),
    follow: async (flowId, visitor, following) => progress.follow(flowOf(flowId), visitor, following),
    wake,
    runDue: (limits) =>
      runDue({ engine: { store: whole, wake, now: clock.now }, archiver: behind?.archiver, runner, onError }, limits),
    async close(drainMs = 5_000) {
      watcher.close()
      await runner.close(drainMs)
      await index.idle()
    },
  }
}

/** The flow with what it leaves to the engine: in production card numbers are looked for in drafts, not in events. */
const complete = (flow: Flow): Flow =>
  flow.cardNumbers ? flow : { ...flow, cardNumbers: isProduction() ? 'drafts' : 'refuse' }

const done = Promise.resolve()
