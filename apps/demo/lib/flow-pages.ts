// The pages of one flow as the shared parts need to know them: their addresses, their questions, their names.

import type { Text } from '../words/words.ts'

export type Message = { title: Text; text: readonly Text[]; tone: 'wrong' | 'calm' }

export type FlowPages = {
  /** The flow as the routes name it: `checkout`, or `checkout@k7q2m` for one of several orders. */
  flow: string
  /** The session's among several of the flow: `k7q2m`. */
  key?: string | undefined
  /** Where its events go, such as `/api/flows/checkout`. */
  url: string
  /** The path above its step pages, such as `/checkout`, or `/orders/k7q2m`. */
  base: string
  /** The page a person begins at, and comes to after starting over. */
  start: string
  /** Paths of the steps a person fills in; the others only show a state. */
  questions: readonly string[]
  /** The name of the whole, as titles and lists have it: `Checkout`. */
  title: Text
  /** The noun for what a person fills in, in the middle of a sentence: `order`. */
  noun: 'order' | 'application' | 'conversation'
  /** The link to the page that hands it over: `Continue on another device`. */
  handoffLabel: Text
  /** True if that page speaks of another device first, and then of coming back later. */
  deviceFirst: boolean
  /** The flow's own messages for problems, by code. */
  messages: Readonly<Record<string, Message>>
}
