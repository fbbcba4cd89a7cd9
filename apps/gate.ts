// The gate that a test shuts in a stand-in, so that a state which would pass by time can be looked at.

export type Gate = {
  /** Whatever comes to the gate from now on waits. */
  shut(): void
  /** Lets all go on that came before this call, and whatever comes after it. */
  open(): void
  /** Resolves at the next `open`, or at once if the gate is not shut. */
  pass(): Promise<void>
}

export function createGate(): Gate {
  let waiting: (() => void)[] | undefined
  return {
    shut: () => {
      waiting ??= []
    },
    open: () => {
      for (const goOn of waiting ?? []) goOn()
      waiting = undefined
    },
    pass: async () => {
      const all = waiting
      if (all) await new Promise<void>((resolve) => all.push(resolve))
    },
  }
}

/** Resolves as `promise` does; rejects with the reason of `signal` if that comes first. */
export function within(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}
