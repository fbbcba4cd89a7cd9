// The exchange that routes work on, whatever server it comes through.

import type { Problem } from '../wire.ts'
import type { Said } from './words/said.ts'

/** A request, whatever kind of server it came through. */
export interface Incoming {
  /** In capitals. */
  readonly method: string
  /** The path as it was sent, percent-encoded. */
  readonly path: string
  /** The query with its question mark, or an empty text. */
  readonly query: string
  /**
   * The origin that the request was addressed to: its `Host` header with the scheme of its connection. Behind Next the
   * URL names the configured host, so `Host` goes first. `X-Forwarded-*` headers are never read: any client can send
   * them. Behind a proxy that changes host or scheme, list the public origin in `origins`.
   */
  readonly origin: string
  /** A signal that aborts when the browser goes away. */
  signal(): AbortSignal
  /** A header by its name in lower case; null if it was not sent. */
  header(name: string): string | null
  /** The body. Of a longer one than `maxBytes` a part that is longer, too. Rejects if the body ends early. */
  body(maxBytes: number): Promise<Uint8Array>
  /** The request for code of the application, which may read anything of it but the body. */
  toRequest(): Request
}

/** An answer that is still to be put into the words of its request. */
export type Unsaid = Omit<Answer, 'body'> & { body: Answer['body'] | ((words: Said) => string) }

/** The answer to an `Incoming`. A body that is text is sent as UTF-8. */
export type Answer = {
  status: number
  headers: Readonly<Record<string, string>>
  /** Values of `Set-Cookie`, each a header of its own. */
  cookies: readonly string[]
  body: string | Messages | null
  /** Set where the answer is a problem. */
  problem?: Problem
}

/** A body that goes on: texts, each written when it is there. */
export interface Messages {
  /** Called once, by the server that has begun to answer. */
  open(reader: Reader): void
  /** Called when the reader is gone. Calling it twice is harmless. */
  end(): void
}

/** The reader of messages, at the other end of a connection. */
export interface Reader {
  /** Sends one message. */
  write(text: string): void
  /** The number of messages that were written, but not taken yet. */
  unread(): number
  /** Ends the connection. */
  close(): void
}
