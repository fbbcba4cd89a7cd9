// Two tries of one effect that are made to begin at once, in two processes.

export type Meeting = {
  /** Told of every try before its actor is called; a promise for one that has to wait for the other. */
  arrive(effectId: string): Promise<void> | undefined
}

/** The first try that arrives waits for another of its effect, which `callOther` has a second process take over. */
export function createMeeting(callOther: () => Promise<unknown>): Meeting {
  let waiting: string | undefined
  let go: () => void = () => {}
  const together = new Promise<void>((resolve) => {
    go = resolve
  })
  return {
    arrive(effectId) {
      if (waiting === undefined) {
        waiting = effectId
        // Nobody may come: a timer has led out of the state, or this was the last try.
        callOther().then(soon(go), soon(go))
        return together
      }
      if (effectId === waiting) go()
      return undefined
    },
  }
}

const soon = (go: () => void) => () => setTimeout(go, 5)
