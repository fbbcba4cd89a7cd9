// The conversation kept by LangGraph.js, a thread each, its checkpoints in PostgreSQL; `LEAN` makes it condense, too.

import { randomUUID } from 'node:crypto'
import { AIMessage, type BaseMessage, HumanMessage, RemoveMessage } from '@langchain/core/messages'
import { Annotation, MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { servePlayer } from '../conversation/player.ts'
import { condensed, type Exchange, exchangeOf, kept, most, type Source, source, turns } from '../conversation/turns.ts'

const { DATABASE_URL = '', LEAN } = process.env
const checkpointer = PostgresSaver.fromConnString(DATABASE_URL)
await checkpointer.setup()

const State = Annotation.Root({
  ...MessagesAnnotation.spec,
  source: Annotation<Source>(),
  turn: Annotation<number>(),
  summary: Annotation<string>({ reducer: (_, next) => next, default: () => '' }),
})

/** Messages come in pairs: a question and its answer. */
const exchangesIn = (messages: readonly BaseMessage[]): Exchange[] =>
  messages.flatMap(({ content }, index) =>
    index % 2 === 0 ? [{ question: String(content), answer: String(messages[index + 1]?.content) }] : [],
  )

const graph = new StateGraph(State)
  .addNode('answer', ({ turn }) => ({ messages: [new AIMessage(exchangeOf(turn).answer)] }))
  .addNode('condense', ({ messages, summary }) => {
    const old = messages.slice(0, -2 * kept)
    return {
      summary: condensed(summary, exchangesIn(old)),
      messages: old.map(({ id }) => new RemoveMessage({ id: id ?? '' })),
    }
  })
  .addEdge('__start__', 'answer')
  .addConditionalEdges('answer', ({ messages }) => (LEAN && messages.length > 2 * most ? 'condense' : '__end__'))
  .addEdge('condense', '__end__')
  .compile({ checkpointer })

const config = (thread_id: string) => ({ configurable: { thread_id } })

servePlayer(
  {
    async play() {
      const id = randomUUID()
      for (let turn = 0; turn < turns; turn++) {
        const messages = [new HumanMessage(exchangeOf(turn).question)]
        // Saved once, at the end of a turn, where a thread is to stay lean; else as LangGraph does unasked.
        await graph.invoke({ messages, turn, source }, { ...config(id), ...(LEAN && { durability: 'exit' as const }) })
      }
      return id
    },
    async resume(id) {
      const { values } = await graph.getState(config(id))
      return String((values as typeof State.State).messages.at(-1)?.content)
    },
  },
  exchangeOf(turns - 1).answer,
)
