// The options of `createEngine`, looked at one by one before anything is made of them.

import type { Flow } from '../../flow/define.ts'
import {
  aCount,
  aFunction,
  aNumber,
  type Check,
  having,
  listOf,
  must,
  optional,
  problemsOf,
  refuseWiring,
} from '../../wiring.ts'
import type { EngineOptions } from '../contract.ts'

const isFlow = having('a flow, as defineFlow makes it', ['provide', 'describe', 'view'], ['id', 'machine', 'chart'])

const flowsOfOneIdEach: Check = (value, path) => {
  const wrong = listOf('a list of flows, such as [checkout]', isFlow)(value, path)
  if (wrong.length > 0) return wrong
  const ids = (value as readonly Flow[]).map(({ id }) => id)
  return ids.flatMap((id, at) => (ids.indexOf(id) < at ? [`${path}[${at}]: two flows have the same id "${id}"`] : []))
}

const storeMethods = ['read', 'commit', 'remove', 'claimDue', 'defer', 'hold', 'now', 'scan']
const checks = {
  store: having('a store, such as redisStore(client) or memoryStore()', storeMethods, ['name', 'directory']),
  archive: optional(
    having('an archive, such as postgresStore(pool)', [...storeMethods, 'put', 'get'], ['name', 'directory']),
  ),
  flows: flowsOfOneIdEach,
  codec: optional(having('a codec, such as msgpackCodec()', ['encode', 'decode'])),
  keys: optional(must('keys, such as those in DOGEAR_KEYS', (keys) => typeof keys === 'string' || Array.isArray(keys))),
  sealing: optional(must("'on', 'off' or 'required'", (mode) => ['on', 'off', 'required'].includes(mode as string))),
  clock: optional(aFunction),
  log: optional(aFunction),
  onError: optional(aFunction),
  onEmit: optional(aFunction),
  effectWaitMs: optional(aNumber(0)),
  leaseMs: optional(aNumber(1)),
  effectConcurrency: optional(aCount(1)),
  deadlineMs: optional(aNumber(1)),
  cacheBytes: optional(aNumber(0)),
  pollMs: optional(aNumber(1)),
  handoffUrl: optional(
    must('the URL of a page, such as https://shop.example/handoff', (url) => /^https?:\/\/[^#]+$/.test(String(url))),
  ),
}

/** Throws `TypeError` with every option that cannot work. */
export function refuseOptions(options: EngineOptions): void {
  refuseWiring('createEngine was given what cannot work', problemsOf(options, checks))
}
