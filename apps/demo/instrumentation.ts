// The hook that Next runs once when a server starts.

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  // A development server speaks to its pages by a protocol of its own.
  if (process.env.NODE_ENV === 'production') {
    const [{ guardThisServer }, { proxies }] = await Promise.all([
      import('./lib/edge/guard.ts'),
      import('./lib/edge/address.ts'),
    ])
    guardThisServer(proxies)
  }
  const { startDemoWorker } = await import('./lib/worker.ts')
  startDemoWorker()
}
