// Waiting that always ends.

// The functions of the module, not the global ones: a test that holds the clock does not hold up reading.
import { clearImmediate, setImmediate } from 'node:timers'

/** The longest wait of a platform timer. It takes a longer one for one millisecond. */
const longestMs = 2 ** 31 - 1

/** Calls `call` once after `ms` milliseconds, of whatever length; a fraction of one, or none, is the shortest wait. */
export function callAfter(ms: number, call: () => void, { holds = true }: { holds?: boolean } = {}): () => void {
  let timer: NodeJS.Timeout
  const wait = (left: number) => {
    timer = left > longestMs ? setTimeout(wait, longestMs, left - longestMs) : setTimeout(call, left)
    if (!holds) timer.unref()
  }
  wait(ms)
  return () => clearTimeout(timer)
}

/**
 * Calls `late` after `ms` milliseconds, once the process has read what had come by then. A process that was busy for
 * all that time would else call late what it has only not looked at.
 */
function callLate(ms: number, late: () => void): () => void {
  let cancel = callAfter(ms, () => {
    const reading = setImmediate(late)
    cancel = () => clearImmediate(reading)
  })
  return () => cancel()
}

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. Keeps the process alive only if it `holds` it. */
export function sleep(ms: number, signal?: AbortSignal, { holds = false }: { holds?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = callAfter(ms, done, { holds })
    signal?.addEventListener('abort', done, { once: true })
  })
}

/**
 * Settles as `call` does, or as `late` says if that takes longer than `ms` milliseconds. An error of the call becomes
 * what `toError` makes of it.
 */
export function settleWithin<T>(
  ms: number,
  call: PromiseLike<T>,
  late: () => T,
  { toError = (error) => error }: { toError?: (error: unknown) => unknown } = {},
): Promise<T> {
  // One promise and no more: every turn comes by here.
  return new Promise((resolve, reject) => {
    const cancel = callLate(ms, () => {
      try {
        resolve(late())
      } catch (error) {
        reject(error)
      }
    })
    call.then(
      (result) => {
        cancel()
        resolve(result)
      },
      (error: unknown) => {
        cancel()
        reject(toError(error))
      },
    )
  })
}

/** A signal that aborts with the first of `signals`, and takes no memory of theirs once it is released. */
export function anyOf(signals: readonly AbortSignal[]): { signal: AbortSignal; release: () => void } {
  // `AbortSignal.any` keeps a part of every signal it made for as long as its sources live (Node 20).
  const any = new AbortController()
  const listening = signals.map((source) => {
    const end = () => any.abort(source.reason)
    if (source.aborted) end()
    else source.addEventListener('abort', end, { once: true })
    return { source, end }
  })
  const release = () => {
    for (const { source, end } of listening) source.removeEventListener('abort', end)
  }
  return { signal: any.signal, release }
}

/** Runs `call` with a signal that aborts after `ms` or with `outer`; rejects then even if the call does not listen. */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  const late = new AbortController()
  const cancel = callLate(ms, () => late.abort(new Error(`no result within ${ms} ms`)))
  const { signal, release } = anyOf([outer, late.signal])
  try {
    signal.throwIfAborted()
    const result = call(signal)
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    return await Promise.race([result, aborted])
  } finally {
    cancel()
    release()
  }
}
