// The text of a PDF, read in a process that is ended once it takes too long or too much.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { failure } from './failure.ts'
import { mostCharacters, mostPages, type Reading } from './reading.ts'

export type PdfLimits = { timeoutMs: number; maxMegabytes: number }

const usual: PdfLimits = { timeoutMs: 60_000, maxMegabytes: 600 }

/** A path that no bundler looks for: the file is run, not imported. */
const script = fileURLToPath(String(new URL(['./pdf-reader', 'mjs'].join('.'), import.meta.url)))

type Line = { code?: string; pages?: number; title?: string; page?: number; text?: string }

/**
 * The title and the texts of the pages. Rejects with a code of `failure` for what is no PDF that can be read within the
 * limits, with the reason of `signal` once that is aborted, and with any other error if the reading itself broke down.
 */
export async function readPdf(path: string, { signal, onPage }: Reading, limits = usual) {
  const { timeoutMs, maxMegabytes } = limits
  signal.throwIfAborted()
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${maxMegabytes / 2}`,
      script,
      path,
      ...[mostPages, mostCharacters, maxMegabytes].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { NODE_ENV: 'production' } },
  )
  const exited = new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve())
    child.once('error', reject)
  })
  // It is waited for below, or the loop has thrown already.
  exited.catch(() => {})
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeoutMs)
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  try {
    const texts: string[] = []
    let [title, pages] = ['', 0]
    for await (const text of createInterface({ input: child.stdout })) {
      if (text === '') continue
      const line = JSON.parse(text) as Line
      if (line.code) throw refusal(line.code)
      if (line.pages !== undefined) {
        pages = line.pages
        title = line.title ?? ''
      }
      if (line.page === undefined) continue
      texts.push(line.text ?? '')
      onPage(line.page, pages)
    }
    await exited
    signal.throwIfAborted()
    if (late || child.signalCode === 'SIGABRT') throw refusal('document_too_long')
    if (pages === 0 || texts.length < pages) throw new Error('The process that reads documents ended early.')
    return { title, texts }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    child.kill('SIGKILL')
  }
}

const messages = {
  document_encrypted: 'The document asks for a password.',
  document_too_long: 'The document is too long to be read.',
  document_unreadable: 'The document is damaged.',
} as const

const refusal = (code: string): Error => {
  const known = Object.hasOwn(messages, code) ? (code as keyof typeof messages) : 'document_unreadable'
  return failure(known, messages[known])
}
