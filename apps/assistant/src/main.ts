// The composition root of the model's stand-in: environment in, listening server out.
import { fileURLToPath } from 'node:url'
import { openJsonLines } from '../../json-lines.ts'
import { createCompletions, type Entry } from './completions.ts'
import { createAssistantServer } from './server.ts'

const port = Number(process.env.ASSISTANT_PORT ?? Number(process.env.PORT ?? 3000) + 2)
const data = process.env.DOGEAR_DATA ?? fileURLToPath(new URL('../../../.dogear', import.meta.url))

const log = await openJsonLines<Entry>(`${data}/assistant.ndjson`)
const server = createAssistantServer({
  complete: createCompletions(log),
  key: process.env.ASSISTANT_KEY || undefined,
  onError: console.error,
})

server.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is in use: set ASSISTANT_PORT to another one.` : error)
  process.exit(1)
})
// Conversations stay on this machine.
server.listen(port, '127.0.0.1', () =>
  console.log(`Model stand-in (it quotes what it is given) listening on http://localhost:${port}`),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => {
      log.close().then(() => process.exit(0))
    })
    // A slow answer would hold the end up for minutes.
    server.closeAllConnections()
  })
}
