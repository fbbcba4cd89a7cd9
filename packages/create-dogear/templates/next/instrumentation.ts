// Next runs this once per server: a worker fires the timers nobody waits for, and takes over what a dead process began.
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startWorker } = await import('dogear')
  const { engine } = await import('./lib/server')
  startWorker({ engine, onError: console.error })
}
