// The limits of a document that is read, and what those who read one are given.

/** The pages of the longest document. */
export const mostPages = 500
/** The characters (UTF-16) of the longest document: a thousand pages of a novel are about twice as long. */
export const mostCharacters = 1_000_000

export type Reading = {
  signal: AbortSignal
  /** Called for each page that was read, from 1. */
  onPage(page: number, pages: number): void
}
