// The documents of the application: the accepted files, and the messages for a file that is refused.

import type { Text } from '../../words/words.ts'
import { messageOf } from '../documents.ts'
import type { DocumentKind } from './choices.ts'

const missing: Readonly<Record<DocumentKind, Text>> = {
  sample: 'Choose the file with your writing sample',
  enrolment: 'Choose the file with the document that shows your enrolment',
}

/** The message for a problem with a file, or undefined if `code` is none. */
export const documentMessage = (code: string | undefined, kind: DocumentKind): Text | undefined =>
  messageOf(code, {
    file_missing: missing[kind],
    file_too_large: 'The file must be 5 MB or smaller',
    file_type: 'The file must be a PDF, a Word document (.docx), plain text, a JPEG or a PNG',
  })

/** The file names a chooser offers. The server looks at the content instead. */
export const acceptedFiles = '.pdf,.docx,.txt,.jpg,.jpeg,.png'

/** `1.2 MB`, as people read sizes. */
export function formatSize(bytes: number, locale: string): string {
  const [unit, size, digits] =
    bytes < 1000 ? ['byte', 1, 0] : bytes < 1_000_000 ? ['kilobyte', 1000, 0] : ['megabyte', 1_000_000, 1]
  const unitDisplay = unit === 'byte' ? 'long' : 'short'
  const options = { style: 'unit', unit, unitDisplay, minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions).format(bytes / (size as number))
}
