// Reads a PDF in a process of its own, page by page, as lines of JSON: { pages, title }, then { page, text } for each;
// or { code } of a refusal, the last line. A hostile file may take all the memory and time there is: the process ends
// by itself past its memory, and the one that started it ends it past its time.

import { writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { getDocumentProxy } from 'unpdf'

const [path = '', ...limits] = process.argv.slice(2)
const [maxPages = 0, maxCharacters = 0, maxMegabytes = 0] = limits.map(Number)

/** @param {unknown} line */
function say(line) {
  // A pipe takes what it has room for.
  for (let rest = Buffer.from(`${JSON.stringify(line)}\n`); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest))
}

// A loop in the parser stops no thread but its own.
const guard = `
  const { writeSync } = require('node:fs')
  setInterval(() => {
    if (process.memoryUsage.rss() < ${maxMegabytes} * 1024 * 1024) return
    writeSync(1, '\\n{"code":"document_too_long"}\\n')
    process.kill(process.pid, 'SIGKILL')
  }, 20)`
new Worker(guard, { eval: true }).unref()

const tooLong = new Error('The document is too long.')

/** @param {unknown} error */
function codeOf(error) {
  if (error === tooLong) return 'document_too_long'
  const { name } = /** @type {{ name?: string }} */ (error)
  return name === 'PasswordException' ? 'document_encrypted' : 'document_unreadable'
}

try {
  const data = new Uint8Array(await readFile(path))
  const pdf = await getDocumentProxy(data, { isEvalSupported: false, useSystemFonts: false, verbosity: 0 })
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }))
  const { Title } = /** @type {{ Title?: unknown }} */ (info)
  if (pdf.numPages > maxPages) throw tooLong
  say({ pages: pdf.numPages, title: typeof Title === 'string' ? Title : '' })
  let characters = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
    characters += text.length
    if (characters > maxCharacters) throw tooLong
    say({ page: number, text })
    page.cleanup()
  }
} catch (error) {
  say({ code: codeOf(error) })
}
process.exit()
