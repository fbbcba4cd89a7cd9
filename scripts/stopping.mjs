// Tells a command to stop: when it gets a signal, or when the `npm run` that started it is gone.

const LOOK_EVERY_MS = 500

/**
 * Calls `stop` when this process has to end. npm forwards a signal to its shell only, which dies without passing it on;
 * then the only sign is that our parent has changed.
 *
 * @param {() => void} stop
 */
export function onStop(stop) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop)
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), LOOK_EVERY_MS).unref()
}
