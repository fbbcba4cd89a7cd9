// `dogear rekey`: seals with the first key what others sealed, or nobody; then no session needs the others any more.

import type { Engine } from '../../engine/engine.ts'
import { DogearError, isDogearError } from '../../errors.ts'
import { sleep } from '../../time.ts'
import type { Command, Context } from '../command.ts'
import { addToKey, type KeyCount, type KeyPlace, keyLines, leftBeside } from '../key-count.ts'
import { clean, errorLine, type Output } from '../output.ts'
import { reseal } from '../reseal.ts'
import type { FoundSession } from '../sweep/every-session.ts'
import { resumeOption, type SweepSettings, sweep } from '../sweep/sweep.ts'
import { addTrouble, type Trouble, troubleLines } from '../sweep/trouble.ts'

type RekeyOptions = SweepSettings & { check?: boolean }

/** `failures` counts the sessions that could not be sealed anew. The first of them are in `failed`. */
type Swept = { resealed: number; failures: number; failed: Trouble[] }

/** To count is to read: it takes as long as a census. */
const countedPerSecond = 5_000
/** A commit rests on the backlog of the archive for a second. */
const restMs = 1_100

/** Exit code 1 if anything is left that the first key did not seal, or if a signal stopped it. */
export const rekey: Command<RekeyOptions> = {
  name: 'rekey',
  summary: 'Seal every session with the first key, in the store and in the archive, and count what is left per key.',
  options: [
    { flags: '--check', text: 'only count sessions by their key' },
    { flags: '--rate <n>', text: 'most sessions per second', count: 200 },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 100 },
    resumeOption,
  ],
  async run({ engine }, { check = false, ...settings }, context) {
    if (check && settings.resume !== undefined)
      throw new DogearError('invalid_request', '--check only counts, which keeps no place: leave --resume out')
    const target = engine.sealsWith ?? null
    let { swept, stopped } = check ? { swept: nothing(), stopped: null } : await resealAll(engine, settings, context)
    const keys: KeyCount[] = []
    for (const place of engine.archive ? (['store', 'archive'] as const) : (['store'] as const))
      if (stopped === null) stopped = await count(engine, { place, keys, settings }, context)
    const left = leftBeside(target, keys)
    const { out } = context
    out.result({ sealsWith: target, ...swept, left, keys, stopped }, lines({ target, swept, keys, stopped }, out))
    return left + swept.failures > 0 || stopped !== null ? 1 : 0
  },
}

const nothing = (): Swept => ({ resealed: 0, failures: 0, failed: [] })

async function resealAll(
  engine: Engine,
  settings: SweepSettings,
  context: Context,
): Promise<{ swept: Swept; stopped: string | null }> {
  const each = async (session: FoundSession, swept: Swept) => {
    if (session.sealedWith === engine.sealsWith) return
    const reason = session.kind === 'record' ? await attempt(engine, session.id) : session.reason
    if (reason === undefined) swept.resealed++
    else {
      swept.failures++
      addTrouble(swept.failed, session.id, reason)
    }
  }
  const told = ({ resealed }: Swept) => `${resealed} sessions sealed anew`
  const { state, stopped } = await sweep(engine, settings, { command: 'rekey', state: nothing(), each, told }, context)
  if (engine.archiver && state.resealed > 0 && stopped === null) {
    do await sleep(restMs, undefined, { holds: true })
    while ((await engine.archiver.write(200)) > 0)
  }
  return { swept: state, stopped }
}

/** Undefined if the session is sealed anew, else the reason why not. */
async function attempt(engine: Engine, id: string): Promise<string | undefined> {
  try {
    return (await reseal(engine, id)) ? undefined : 'others were writing it all the time; run it again'
  } catch (error) {
    if (isDogearError(error) && error.code === 'store_unavailable') throw error
    return errorLine(error)
  }
}

/** Adds the sessions of one place to `keys`. Resolves to the signal that stopped it, if any. */
async function count(
  engine: Engine,
  { place, keys, settings: { batch, rate } }: { place: KeyPlace; keys: KeyCount[]; settings: SweepSettings },
  context: Context,
): Promise<string | null> {
  const counted = {
    command: `counting the ${place}`,
    state: { sessions: 0 },
    each(session: FoundSession, state: { sessions: number }) {
      state.sessions++
      addToKey(keys, session, place)
    },
    told: ({ sessions }: { sessions: number }) => `${sessions} sessions`,
  }
  const there = place === 'archive' && engine.archive ? { ...engine, store: engine.archive } : engine
  return (await sweep(there, { batch, rate: Math.max(rate, countedPerSecond) }, counted, context)).stopped
}

type Told = { target: string | null; swept: Swept; keys: KeyCount[]; stopped: string | null }

function lines({ target, swept, keys, stopped }: Told, out: Output): string[] {
  const { resealed, failures, failed } = swept
  const left = leftBeside(target, keys)
  const owned = keys.reduce((sum, one) => sum + one.owned, 0)
  const sealing = target === null ? 'Sealing is off' : `The key that seals is "${clean(target)}"`
  return [
    `${sealing}; ${resealed} sessions were written anew`,
    ...keyLines(keys, out),
    ...(stopped === null ? [left === 0 ? 'No record needs another key.' : out.colors.yellow(`${left} are left.`)] : []),
    ...(owned > 0
      ? [`${owned} sessions have an owner, whose id is a hash by the key of that time: see docs/sealing.md`]
      : []),
    ...troubleLines(failed, failures).map(out.colors.red),
  ]
}
