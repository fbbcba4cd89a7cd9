// The sizes of a conversation, in bytes of UTF-8: together they keep a session below `sessionBytes`, whatever is said.

/** The most that a session takes in the store. */
export const sessionBytes = 16_384

export const questionBytes = 1_200
export const answerBytes = 2_400
/** All questions that wait for their turn while another is answered. */
export const waitingBytes = 1_500
export const summaryBytes = 1_000

/** Exchanges that take more than this are condensed, oldest first; the last one stays. */
export const recentBytes = 3_000

const encoder = new TextEncoder()

/** The bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => encoder.encode(text).length
