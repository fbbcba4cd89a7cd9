// One flow's pages as the shared parts need to know them: where they are, what is asked, and what a person calls it.

export type Message = { title: string; text: string; tone: 'wrong' | 'calm' }

export type FlowPages = {
  /** The flow's id. */
  flow: string
  /** Where its events go, such as `/api/flows/checkout`. */
  url: string
  /** What its step pages are below, such as `/checkout`. */
  base: string
  /** Paths of the steps a person fills in; the others only tell how things stand. */
  questions: readonly string[]
  /** The name of the whole, as titles and lists have it: `Checkout`. */
  title: string
  /** What is being filled in, in the middle of a sentence: `order`. */
  noun: string
  /** The link to the page that hands it over: `Continue on another device`. */
  handoffLabel: string
  /** What is said of a problem in words of its own, by code. */
  messages: Readonly<Record<string, Message>>
}
