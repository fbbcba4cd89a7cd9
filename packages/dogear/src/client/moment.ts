// Moments of this machine, by two clocks that may part: one is set by people, one stops while the machine sleeps.

export type Moment = readonly [date: number, steady: number]

export const moment = (): Moment => [Date.now(), performance.now()]
