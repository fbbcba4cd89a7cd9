// The server's clock in a browser whose own clocks may be wrong, be set, or stop while the machine sleeps.

export type Clock = {
  /** The server's time, in milliseconds since the Unix epoch; of this machine until the server has told one. */
  now(): number
  /** A moment of this machine, for `learn`. */
  moment(): Moment
  /** Takes in that the server's clock said `now` at some time after the moment `since`; without it, at any time. */
  learn(now: number, since?: Moment): void
  /** True if this machine's two clocks have parted, as after a sleep: the server should be asked. */
  parted(): boolean
}

export type Moment = { date: number; steady: number }

const toleranceMs = 1000

export function createClock(): Clock {
  const moment = (): Moment => ({ date: Date.now(), steady: performance.now() })
  let base: { now: number; at: Moment } | undefined
  // The steady clock stands still while the machine sleeps; the other one is set back by a person or by the network.
  const since = ({ date, steady }: Moment) => Math.max(Date.now() - date, performance.now() - steady)
  const clock: Clock = {
    moment,
    now: () => (base ? base.now + since(base.at) : Date.now()),
    learn(now, asked) {
      const latest = asked ? now + since(asked) : Number.POSITIVE_INFINITY
      // Between the two every time is possible, so what was known before stays.
      base = { now: base ? Math.min(Math.max(clock.now(), now), latest) : now, at: moment() }
    },
    parted() {
      if (!base) return false
      const { date, steady } = base.at
      return Math.abs(Date.now() - date - (performance.now() - steady)) > toleranceMs
    },
  }
  return clock
}
