// The process that watches: streams of progress over connections of their own, each text with the moment it came.

import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { clockMs, type Order, type Seen } from './messages.ts'

type Stream = Seen & { response: IncomingMessage; length: number }

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
let open: Stream[] = []
let heard = () => {}

/** Opens a stream; resolves once it has told which effects are under way. */
async function watch(port: number, name: string, cookie: string): Promise<Stream> {
  const headers = { Accept: 'text/event-stream', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }
  const url = `http://127.0.0.1:${port}/api/flows/progress/progress`
  const [response] = (await once(get(url, { headers, agent }), 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`A stream was answered with ${response.statusCode}.`)
  const stream: Stream = { name, marks: [], parts: 0, whole: false, response, length: 0 }
  let rest = ''
  const begun = new Promise<void>((resolve) => {
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      const at = clockMs()
      const messages = `${rest}${text}`.split('\n\n')
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1]
        if (data === undefined) continue
        const part: { effects?: object; at: number; text: string } = JSON.parse(data)
        if (part.effects) {
          if (Object.keys(part.effects).length > 0) resolve()
          continue
        }
        if (part.at > stream.length) throw new Error(`Text is missing from ${stream.length} to ${part.at}.`)
        stream.length = Math.max(stream.length, part.at + part.text.length)
        stream.parts++
        stream.marks.push([stream.length, at])
      }
      heard()
    })
  })
  for (const end of ['error', 'close']) response.on(end, () => heard())
  await begun
  return stream
}

/** Resolves once all streams have so many characters or have ended, or after `mostMs`. */
async function until(characters: number, mostMs: number): Promise<Seen[]> {
  const isWhole = ({ length }: Stream) => length >= characters
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, mostMs)
    heard = () => {
      if (!open.every((stream) => isWhole(stream) || stream.response.destroyed)) return
      clearTimeout(late)
      resolve()
    }
    heard()
  })
  heard = () => {}
  return open.map((stream) => {
    const { name, marks, parts } = stream
    return { name, marks, parts, whole: isWhole(stream) }
  })
}

async function carryOut(order: Order): Promise<Seen[]> {
  if (order.order === 'until') return until(order.characters, order.mostMs)
  for (const { response } of open) response.destroy()
  open = []
  if (order.order === 'watch')
    open = await Promise.all(order.streams.map(({ name, cookie }) => watch(order.port, name, cookie)))
  return []
}

process.on('message', (order: Order | string) => {
  if (typeof order !== 'string') void carryOut(order).then((seen) => process.send?.({ seen }))
})
