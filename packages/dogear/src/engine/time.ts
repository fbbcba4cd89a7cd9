// Waiting that always ends.

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. Does not keep the process alive. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    signal?.addEventListener('abort', done, { once: true })
  })
}

/** Runs `call` with a signal that aborts after `ms` or with `outer`; rejects then even if the call does not listen. */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(new Error(`no result within ${ms} ms`)), ms)
  const end = () => ended.abort(outer.reason)
  if (outer.aborted) end()
  outer.addEventListener('abort', end, { once: true })
  const aborted = new Promise<never>((_, reject) =>
    ended.signal.addEventListener('abort', () => reject(ended.signal.reason), { once: true }),
  )
  try {
    return await Promise.race([call(ended.signal), aborted])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', end)
  }
}
