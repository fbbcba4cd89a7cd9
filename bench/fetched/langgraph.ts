// The same steps as a graph of LangGraph.js, one thread a session, its checkpoints in PostgreSQL.

import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Annotation, StateGraph } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { idIn } from '../contenders/by-hand.ts'
import { events } from '../flow.ts'

const { PORT = '', DATABASE_URL = '' } = process.env
const checkpointer = PostgresSaver.fromConnString(DATABASE_URL)
await checkpointer.setup()

const State = Annotation.Root({
  event: Annotation<{ type: keyof typeof events; answers?: Record<string, string> }>(),
  answers: Annotation<Record<string, string>>(),
  visits: Annotation<number>(),
})
const graph = new StateGraph(State)
  .addNode('turn', ({ event, visits = 0 }) =>
    event.type === 'visited' ? { visits: visits + 1 } : { visits, answers: event.answers ?? {} },
  )
  .addEdge('__start__', 'turn')
  .compile({ checkpointer })

createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const { type, ...rest } = JSON.parse(Buffer.concat(parts).toString()).event as { type: keyof typeof events }
  const known = idIn(request)
  const id = known ?? randomBytes(16).toString('base64url')
  const event = { type, ...events[type].parse(rest) }
  // Saved once, before the answer: the cheapest durability that keeps what was acknowledged.
  const { answers, visits } = await graph.invoke({ event }, { configurable: { thread_id: id }, durability: 'exit' })
  response.setHeader('Content-Type', 'application/json')
  if (!known) response.setHeader('Set-Cookie', `id=${id}; HttpOnly; SameSite=Lax`)
  response.end(JSON.stringify({ revision: visits, context: { answers, visits } }))
}).listen(Number(PORT), '127.0.0.1')
