// Many calls at once, few runs: whoever calls gets a run that began after the call.

/**
 * `work`, at most once at a time. A call while it runs has it run once more, however many there are, and resolves after that.
 * A run that fails is the failure of everybody who waits.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false

  async function run(): Promise<void> {
    try {
      do {
        again = false
        await work()
      } while (again)
    } finally {
      running = undefined
    }
  }

  return () => {
    if (running) again = true
    // In a turn of its own, so that it has been noted as running before it can end.
    else running = Promise.resolve().then(run)
    return running
  }
}
