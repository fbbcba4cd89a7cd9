// A limit on work at the same time: so many slots, handed out in the order they were asked for.

export type Slots = {
  /** True if the next who asks would have to wait. */
  readonly full: boolean
  /** Resolves to true with a slot, which has to be given back; to false, without one, as soon as `signal` aborts. */
  take(signal: AbortSignal): Promise<boolean>
  give(): void
}

export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>()
  let free = count
  return {
    get full() {
      return free === 0
    },
    async take(signal) {
      if (signal.aborted) return false
      if (free > 0) {
        free--
        return true
      }
      return new Promise((resolve) => {
        const end = (taken: boolean) => {
          waiting.delete(next)
          signal.removeEventListener('abort', abandon)
          resolve(taken)
        }
        const next = () => end(true)
        const abandon = () => end(false)
        waiting.add(next)
        signal.addEventListener('abort', abandon)
      })
    },
    give() {
      const [next] = waiting
      if (next) next()
      else free++
    },
  }
}
