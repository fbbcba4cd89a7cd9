// An EventSource over a real connection, byte by byte as the HTML standard has it: a message counts once its blank line
// has come, and a connection that was lost is made again with the id of the last one that did.

import { type ClientRequest, get } from 'node:http'
import type { Environment } from './environment.ts'

type SourceOptions = {
  /** The origin that paths are below, asked at each connection. */
  origin: () => string
  headers: Readonly<Record<string, string>>
  /** The pause before it connects again, in place of what the server asks for. */
  retryMs: number
}

export function eventSourceTo({ origin, headers, retryMs }: SourceOptions): NonNullable<Environment['EventSource']> {
  return class {
    readyState = 0
    onmessage: EventSource['onmessage'] = null
    onerror: EventSource['onerror'] = null
    readonly #path: string
    #last = ''
    #request: ClientRequest | undefined

    constructor(path: string) {
      this.#path = path
      this.#connect()
    }

    close(): void {
      this.readyState = 2
      this.#request?.destroy()
    }

    #connect(): void {
      if (this.readyState === 2) return
      this.readyState = 0
      let lost = false
      const lose = () => {
        if (!lost && this.readyState !== 2) {
          this.readyState = 0
          setTimeout(() => this.#connect(), retryMs)
          this.onerror?.call(this as never, new Event('error'))
        }
        lost = true
      }
      const id = this.#last === '' ? {} : { 'Last-Event-ID': this.#last }
      const all = { Accept: 'text/event-stream', 'Sec-Fetch-Site': 'same-origin', ...headers, ...id }
      this.#request = get(new URL(this.#path, origin()), { headers: all, agent: false }, (response) => {
        if (response.statusCode !== 200) {
          this.close()
          this.onerror?.call(this as never, new Event('error'))
          return
        }
        this.readyState = 1
        const decoder = new TextDecoder()
        let text = ''
        response.on('data', (bytes: Uint8Array) => {
          text += decoder.decode(bytes, { stream: true })
          const messages = text.split('\n\n')
          text = messages.pop() ?? ''
          for (const message of messages) this.#dispatch(message)
        })
        response.on('error', lose)
        response.on('close', lose)
      })
      this.#request.on('error', lose)
      this.#request.on('close', lose)
    }

    #dispatch(message: string): void {
      if (this.readyState === 2) return
      // Text may hold U+2028, which ends a line of an expression, and none of a stream.
      const fields = message.split('\n').map((line) => /^(\w+): ?(.*)$/s.exec(line) ?? [])
      for (const [, name, value = ''] of fields) if (name === 'id') this.#last = value
      const data = fields.flatMap(([, name, value = '']) => (name === 'data' ? [value] : []))
      if (data.length > 0) this.onmessage?.call(this as never, new MessageEvent('message', { data: data.join('\n') }))
    }
  }
}
