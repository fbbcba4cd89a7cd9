// The hook that Next runs once when a server starts.

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startDemoWorker } = await import('./lib/worker.ts')
  startDemoWorker()
}
