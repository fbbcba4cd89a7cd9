// The processes around a live conversation: the model's stand-in, and servers that can be killed.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bundled } from '../../../../scripts/bundled.mjs'
import { freePort } from '../../../../scripts/processes.mjs'
import type { Entry } from '../../../assistant/src/completions.ts'
import type { Order } from '../../../assistant/src/misbehaviour.ts'
import type { Asking, AskingOptions } from './asking-process.fixture.ts'

const root = join(import.meta.dirname, '../../../..')
const run = (script: string, args: readonly string[], env: Record<string, string>) =>
  spawn(process.execPath, [bundled(join(root, script)), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })

/** Starts the stand-in with its log in `data`. */
export async function startModel(data: string) {
  const port = await freePort()
  const env = { ASSISTANT_PORT: String(port), ASSISTANT_KEY: '', DOGEAR_DATA: data }
  const child = run('apps/assistant/src/main.ts', [], env)
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['it ended'])])
  if (!String(said).includes('listening')) throw new Error(`The stand-in did not start: ${said}`)
  const origin = `http://127.0.0.1:${port}`
  return {
    url: `${origin}/v1`,
    /** Misbehaviour for the next request, or the next `times` of them. */
    async tell(order: Partial<Order>): Promise<void> {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${origin}/control`, { method: 'POST', headers, body: JSON.stringify(order) })
      if (!answer.ok) throw new Error(await answer.text())
    },
    calm: async () => void (await fetch(`${origin}/control`, { method: 'DELETE' })),
    /** The bytes of the stream that answers these messages. */
    async lengthOf(messages: Entry['messages']): Promise<number> {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ model: 'extract-1', messages, stream: true })
      const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body })
      return (await answer.arrayBuffer()).byteLength
    },
    requests: async (): Promise<Entry[]> =>
      (await readFile(join(data, 'assistant.ndjson'), 'utf8').catch(() => ''))
        .split('\n')
        .filter(Boolean)
        .map((line): Entry => JSON.parse(line)),
    async end(): Promise<void> {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

export type LiveModel = Awaited<ReturnType<typeof startModel>>

/** A server that sends one event, and is killed when the test says so. `extractions` are those that it made. */
export async function startServer(options: AskingOptions) {
  const child = run('apps/demo/lib/assistant/asking-process.fixture.ts', [JSON.stringify(options)], {})
  let extractions = 0
  const waiting: ((outcome: string) => void)[] = []
  const ready = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The server ended before it was ready.')))
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as { ready?: true; outcome?: string; noted?: object }
      if (line.ready) resolve()
      if (line.noted) extractions++
      if (line.outcome) waiting.shift()?.(line.outcome)
    })
  })
  await ready
  return {
    extractions: () => extractions,
    send: (asking: Asking): Promise<string> =>
      new Promise((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify(asking)}\n`)
      }),
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
