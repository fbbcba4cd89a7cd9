// The document of a conversation: the accepted files, and the messages for one that is refused.

import type { Text } from '../../words/words.ts'
import { messageOf } from '../documents.ts'

/** The largest file, in bytes. */
export const assistantDocumentBytes: number = 10 * 1024 * 1024

/** The file names a chooser offers. The server looks at the content instead. */
export const assistantFiles = '.pdf,.txt'

/** The message for a problem with a file, or undefined if `code` is none. */
export const assistantDocumentMessage = (code: string | undefined): Text | undefined =>
  messageOf(code, {
    file_missing: 'Choose the file that you want to talk about',
    file_too_large: 'The file must be 10 MB or smaller',
    file_type: 'The file must be a PDF or plain text',
  })
