// The documents that flows ask for: what a session keeps of one, and the messages for a file that is refused.

import type { Text } from '../words/words.ts'

/** The reference to a kept file. `id` cannot be guessed, `size` is in bytes, `type` a media type. */
export type DocumentRef = { id: string; name: string; size: number; type: string }

/** The reason why a file was refused; in URLs the code of a problem. */
export type DocumentProblem =
  | 'file_missing'
  | 'file_empty'
  | 'file_too_large'
  | 'file_type'
  | 'file_incomplete'
  | 'file_too_many'
  | 'upload_broken'

/** The messages that differ from flow to flow. */
export type OwnMessages = Readonly<Record<'file_missing' | 'file_too_large' | 'file_type', Text>>

const messages: Readonly<Record<Exclude<DocumentProblem, keyof OwnMessages>, Text>> = {
  file_empty: 'The file is empty. Choose another one',
  file_incomplete: 'The file ends too early, as if it had not been saved completely. Choose another one',
  file_too_many: 'You sent several files at once. Wait until they have arrived, then choose one',
  upload_broken: 'The file did not arrive completely. Choose it again',
}

/** The message for a problem with a file, or undefined if `code` is none. */
export function messageOf(code: string | undefined, own: OwnMessages): Text | undefined {
  const all = { ...messages, ...own }
  return code !== undefined && Object.hasOwn(all, code) ? all[code as DocumentProblem] : undefined
}
