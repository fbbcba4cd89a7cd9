// Every contender: how it is started, how its sessions are played, what it promises.

import type { DialectName } from '../load/dialects.ts'
import type { Server } from '../server.ts'
import { fetchedProgram } from './fetched.ts'
import { builtNext } from './next.ts'
import { startRestate } from './restate.ts'
import type { Stage, StoreKind } from './stage.ts'

/** A reason why a contender cannot run here; it stands in the table instead of figures. */
export type Missing = { missing: string }

export type Contender = {
  name: string
  /** For a person who reads the table: the parts, in a few words. */
  made: string
  /** How racing tabs, repeated events, crashes and deadlines end. */
  promises: string
  dialect: DialectName
  /** Where its sessions are; nothing for one that keeps none, or that brings its own. */
  store?: StoreKind
  /** `env` leads to an empty store of its kind. */
  start(stage: Stage, env: Record<string, string>): Promise<Server | Missing>
}

const dogearPromises = 'no lost update, exactly once, timers, effects, devices'
const bare = 'no repeat noticed, no timers'

const bundled =
  (program: string): Contender['start'] =>
  async (stage, env) =>
    stage.serve({ file: await stage.program(`contenders/${program}`), env })

const next: Contender['start'] = async (stage, env) => stage.serve({ ...(await builtNext()), env })

const langgraph: Contender['start'] = async (stage, env) =>
  stage.serve({ file: await fetchedProgram('langgraph'), env })

export const contenders: readonly Contender[] = [
  {
    name: 'ceiling',
    made: 'node:http, one compare-and-set script, no machine',
    promises: 'no lost update; no validation, no repeat noticed, no timers',
    dialect: 'byHand',
    store: 'redis',
    start: bundled('ceiling'),
  },
  {
    name: 'dogear/node',
    made: 'node:http, Redis, sealed',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'redis',
    start: bundled('dogear-node'),
  },
  {
    name: 'dogear/unsealed',
    made: 'as dogear/node, with sealing off',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'redis',
    start: async (stage, env) => bundled('dogear-node')(stage, { ...env, SEALING: 'off' }),
  },
  {
    name: 'dogear/web',
    made: 'Request and Response on node:http, Redis',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'redis',
    start: bundled('dogear-web'),
  },
  {
    name: 'express',
    made: 'express, express-session, connect-redis, XState',
    promises: `loses updates of racing tabs; ${bare}`,
    dialect: 'byHand',
    store: 'redis',
    start: bundled('express-session'),
  },
  {
    name: 'express+watch',
    made: 'express, XState, WATCH and MULTI',
    promises: `no lost update; ${bare}`,
    dialect: 'byHand',
    store: 'redis',
    start: bundled('express-watch'),
  },
  {
    name: 'express+lock',
    made: 'express, XState, a lock of five seconds in Redis',
    promises: `no lost update while a turn is shorter than the lock; ${bare}`,
    dialect: 'byHand',
    store: 'redis',
    start: bundled('express-lock'),
  },
  {
    name: 'iron-session',
    made: 'express, XState, the state in a sealed cookie',
    promises: `loses updates of racing tabs, an old cookie is an old state; at most 4 kB; ${bare}`,
    dialect: 'byHand',
    start: bundled('iron-session'),
  },
  {
    name: 'dogear-postgres',
    made: 'as dogear/node, PostgreSQL',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'postgres',
    start: bundled('dogear-node'),
  },
  {
    name: 'dogear-pglite',
    made: 'as dogear/node, PGlite in the same process',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'pglite',
    start: bundled('dogear-node'),
  },
  {
    name: 'next-dogear',
    made: 'a route handler of Next, Redis',
    promises: dogearPromises,
    dialect: 'dogear',
    store: 'redis',
    start: next,
  },
  {
    name: 'next-empty',
    made: 'a route handler of Next that does nothing',
    promises: 'nothing',
    dialect: 'empty',
    start: next,
  },
  {
    name: 'restate',
    made: '@restatedev/xstate on restate-server, both measured; on its own disk',
    promises: 'no lost update, exactly once for a day, timers; no validation',
    dialect: 'restate',
    start: startRestate,
  },
  {
    name: 'langgraph',
    made: 'node:http, LangGraph.js, its checkpointer for PostgreSQL (the one for Redis needs RedisJSON and RediSearch)',
    promises: `loses updates of racing tabs; ${bare}`,
    dialect: 'byHand',
    store: 'postgres',
    start: langgraph,
  },
]
