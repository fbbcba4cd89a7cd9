// The clock of DynamoDB, which has none to ask: this machine's, led by the Date header of every answer.

/** `wall` is the time of this machine, which anybody may set; `steady` counts on. Both in milliseconds. */
export type LocalClocks = { wall: () => number; steady: () => number }

export type ServiceClock = {
  /** Whole milliseconds since the Unix epoch, by the clock of the service as far as it is known. */
  now(): number
  /** False before the first answer: until then the clock is that of this machine. */
  known(): boolean
  /** This moment, for `learn`. */
  moment(): number
  /** Learns from the `date` of an answer to a request that was sent at the moment `sent`. */
  learn(date: string | undefined, sent: number): void
}

/** A Date header counts whole seconds, and some servers say the old one for a moment longer. */
const secondMs = 1000
const slackMs = 100

/**
 * The service's clock was within the second that the header names at some moment between request and answer. A clock
 * that was not is moved by as little as it takes. So a clock that is right stays as it is, and one that is wrong is
 * within a second after the first answer, and within a round trip and `slackMs` once some came soon after a second
 * began or soon before it ended.
 */
export function createServiceClock({ wall, steady }: LocalClocks = localClocks): ServiceClock {
  let offset = wall() - steady()
  let known = false
  return {
    now: () => Math.floor(steady() + offset),
    known: () => known,
    moment: steady,
    learn(date, sent) {
      const second = Date.parse(date ?? '')
      if (Number.isNaN(second)) return
      known = true
      const earliest = second - steady() - slackMs
      const latest = second + secondMs - sent + slackMs
      offset = Math.min(Math.max(offset, earliest), latest)
    },
  }
}

const localClocks: LocalClocks = { wall: () => Date.now(), steady: () => performance.now() }
