// The size of texts for a model, estimated without its vocabulary.

import { bytesOf } from '../../../flows/assistant/limits.ts'

/**
 * The tokens of a text, on the high side: one for every three bytes of UTF-8. English has about four letters, of a byte
 * each, in a token of the usual vocabularies; other scripts have two or three bytes in a letter, and fewer letters.
 */
export const tokensOf = (text: string): number => Math.ceil(bytesOf(text) / 3)

/** The tokens that say who speaks and where a message ends. */
export const frameTokens = 6
