// The type of a file by its content: the name and the type that a browser sends along are only claims.

import { open, readFile } from 'node:fs/promises'
import { fileTypeFromFile } from 'file-type'
import type { DocumentProblem } from '../../flows/documents.ts'

type Known = {
  type: string
  extension: string
  /** The bytes found within the last `within` bytes of a complete file. */
  end?: Buffer
  within?: number
}

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const known: readonly Known[] = [
  // Readers look for the mark in the last 1,024 bytes; so do we.
  { type: 'application/pdf', extension: 'pdf', end: Buffer.from('%%EOF'), within: 1024 },
  { type: 'image/png', extension: 'png', end: Buffer.from('IEND'), within: 1024 },
  // A photo may carry anything after its picture, so nothing is asked of the end.
  { type: 'image/jpeg', extension: 'jpg' },
  // The end of central directory record of a ZIP file and the longest comment after it.
  { type: word, extension: 'docx', end: Buffer.from('PK\x05\x06', 'latin1'), within: 22 + 65_535 },
]

export type FileKind = { type: string; extension: string }

/** Types that are text, but that a program may run or interpret when the file is opened. */
const marked = /xml|rtf|postscript|^text\//

/** The kind of the file at `path` if it is one that is taken, and whole. */
export async function typeOf(path: string): Promise<FileKind | { problem: DocumentProblem }> {
  const found = await fileTypeFromFile(path)
  const kind = known.find(({ type }) => type === found?.mime)
  if (!kind) {
    // Two letters make a bitmap of a text that begins with them; a text it stays.
    const plain = !marked.test(found?.mime ?? '') && isText(await readFile(path))
    return plain ? { type: 'text/plain', extension: 'txt' } : { problem: 'file_type' }
  }
  const { type, extension, end, within = 0 } = kind
  if (end && !(await tail(path, within)).includes(end)) return { problem: 'file_incomplete' }
  return { type, extension }
}

async function tail(path: string, length: number): Promise<Buffer> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - length)
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start })
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** UTF-8 without control characters other than tabs, line and page breaks. */
function isText(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return !/[^\P{Cc}\t\n\r\f]/u.test(text)
  } catch {
    return false
  }
}
