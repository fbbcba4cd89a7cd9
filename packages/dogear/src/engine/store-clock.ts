// The store's clock, as this process knows it: deadlines must not depend on the wall clock of any one machine.

import type { Store } from '../store/store.ts'

export type StoreClock = {
  /** Whole milliseconds since the Unix epoch, by the store's clock as far as it is known. */
  now(): number
  /**
   * Asks the store if its clock is not known, or not any more: this machine's was set, or the machine slept. Returns
   * nothing to wait for if it is. Rejects if the store fails, and the next call asks again.
   */
  sync(): Promise<void> | undefined
  /** This moment, for `learn`. */
  moment(): Moment
  /** Learns from a reply that said `storeNow` to a request sent at the moment `sent`. */
  learn(storeNow: number, sent: Moment): void
}

/** A moment by the two clocks of this machine. */
export type Moment = { wall: number; steady: number }

/** `wall` is the time of this machine, which anybody may set. `steady` counts on, and stands still in a sleep. */
export type LocalClocks = { wall: () => number; steady: () => number }

/** Where the two clocks of this machine may drift apart before they count as set, or as asleep. */
const maxDriftMs = 100
/** After so long the store is asked on the side, because a process that only reads learns nothing by the way. */
const maxSilenceMs = 300_000
/** How far a single clock may have moved before the store is asked: it cannot tell time that passed from a step. */
const maxLeapMs = 60_000
/** A first answer that leaves more doubt is asked for once more: timers must not be due before their time. */
const maxDoubtMs = 250
/** Clocks drift by less than this part of the time that passed. */
const drift = 1 / 10_000

/**
 * The clocks of the process; with a `given` one, for tests and machines without another, that one is both, and a leap
 * of it is not believed before the store confirmed it. A time it cannot say is the last one. Throws `TypeError` if it
 * never said any.
 */
export function localClocks(given?: () => number): LocalClocks {
  if (!given) return { wall: () => Date.now(), steady: () => performance.now() }
  let last = given()
  if (!Number.isFinite(last)) throw new TypeError(`clock gave ${last}, which is no time in milliseconds`)
  const sound = () => {
    try {
      const now = given()
      if (Number.isFinite(now)) last = now
    } catch {
      // The last time it said.
    }
    return last
  }
  return { wall: sound, steady: sound }
}

/** The reply that took the shortest time is trusted, until one contradicts it. */
export function createStoreClock(store: Pick<Store, 'now'>, { wall, steady }: LocalClocks): StoreClock {
  /** The store's clock is `offset` ahead of the steady one, give or take `doubt`, as of the moment `heard`. */
  let known: { offset: number; doubt: number; heard: Moment } | undefined
  let asking: Promise<void> | undefined

  const moment = (): Moment => ({ wall: wall(), steady: steady() })
  /** True if between two moments the clocks of this machine just went on. */
  const wentOn = (from: Moment, to: Moment) => {
    const passed = to.steady - from.steady
    if (wall === steady) return passed >= 0 && passed <= maxLeapMs
    return Math.abs(to.wall - from.wall - passed) <= maxDriftMs
  }
  const learn = (storeNow: number, sent: Moment) => {
    const heard = moment()
    if (!wentOn(sent, heard) || !Number.isFinite(storeNow)) return
    const doubt = (heard.steady - sent.steady) / 2 + 1
    const offset = storeNow - (sent.steady + heard.steady) / 2
    const { offset: before, doubt: least } = known ?? { offset, doubt }
    const grown = known ? least + Math.abs(heard.steady - known.heard.steady) * drift : doubt
    const better = doubt <= grown || Math.abs(offset - before) > doubt + grown
    known = better ? { offset, doubt, heard } : { offset: before, doubt: grown, heard }
  }
  const ask = async () => {
    try {
      const sent = moment()
      const storeNow = await store.now()
      const heard = moment()
      // A clock was set, or the machine slept, while the answer was on its way. The store's time is that at least, so
      // nothing is due before its time, and any other reply is better. The wall clock may be wrong by hours.
      const atLeast = { offset: storeNow - heard.steady, doubt: Number.POSITIVE_INFINITY, heard }
      if (!isKnown()) known = wentOn(sent, heard) ? undefined : atLeast
      learn(storeNow, sent)
    } finally {
      asking = undefined
    }
  }
  const askOnce = () => {
    asking ??= ask()
    return asking
  }
  const askUntilSure = async () => {
    await askOnce()
    if (known && known.doubt > maxDoubtMs) await askOnce()
  }
  const isKnown = () => known !== undefined && wentOn(known.heard, moment())
  return {
    now: () => Math.round(known ? steady() + known.offset : wall()),
    moment,
    learn,
    sync() {
      if (!isKnown() || known?.doubt === Number.POSITIVE_INFINITY) return askUntilSure()
      if (known && steady() - known.heard.steady > maxSilenceMs) askOnce().catch(() => {})
      return undefined
    },
  }
}
