// The documents of the application: the accepted files, and the messages for a file that is refused.

import type { DocumentKind } from './choices.ts'

/** The reason why a file was refused; in URLs the code of a problem. */
export type DocumentProblem =
  | 'file_missing'
  | 'file_empty'
  | 'file_too_large'
  | 'file_type'
  | 'file_incomplete'
  | 'file_too_many'
  | 'upload_broken'

const what: Readonly<Record<DocumentKind, string>> = {
  sample: 'your writing sample',
  enrolment: 'the document that shows your enrolment',
}

const messages: Readonly<Record<DocumentProblem, (kind: DocumentKind) => string>> = {
  file_missing: (kind) => `Choose the file with ${what[kind]}`,
  file_empty: () => 'The file is empty. Choose another one',
  file_too_large: () => 'The file must be 5 MB or smaller',
  file_type: () => 'The file must be a PDF, a Word document (.docx), plain text, a JPEG or a PNG',
  file_incomplete: () => 'The file ends too early, as if it had not been saved completely. Choose another one',
  file_too_many: () => 'You sent several files at once. Wait until they have arrived, then choose one',
  upload_broken: () => 'The file did not arrive completely. Choose it again',
}

/** The message for a problem with a file, or undefined if `code` is none. */
export function documentMessage(code: string | undefined, kind: DocumentKind): string | undefined {
  return code !== undefined && Object.hasOwn(messages, code) ? messages[code as DocumentProblem](kind) : undefined
}

/** The file names a chooser offers. The server looks at the content instead. */
export const acceptedFiles = '.pdf,.docx,.txt,.jpg,.jpeg,.png'

/** `1.2 MB`, as people read sizes. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
