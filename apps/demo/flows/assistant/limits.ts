// The sizes of a conversation, in bytes of UTF-8: together they keep a session below `sessionBytes`, whatever is said.

/** The most that a session takes in the store. */
export const sessionBytes = 16_384
/** The most that all that is typed and not sent takes of it: a question, and another one that is edited. */
export const draftBytes = 2_000

export const nameBytes = 240
export const questionBytes = 800
export const answerBytes = 1_600
/** All questions that wait for their turn while another is answered. */
export const waitingBytes = 900
/** The bytes of an exchange, or of a question that waits, besides its texts. */
export const frameBytes = 64
export const summaryBytes = 800
export const titleBytes = 160

/** Exchanges that take more than this are condensed, oldest first; the last one stays. */
export const recentBytes = 2_000

const encoder = new TextEncoder()

/** The bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => encoder.encode(text).length
