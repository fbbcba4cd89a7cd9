// When a command has to stop: it is signalled, or the `npm run` that started it is gone.

const LOOK_EVERY_MS = 500

/**
 * Calls `stop` when this process is asked to end. npm passes a signal on to its shell, which dies of it and tells nobody:
 * then all we see is that our parent has changed.
 *
 * @param {() => void} stop
 */
export function onStop(stop) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop)
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), LOOK_EVERY_MS).unref()
}
