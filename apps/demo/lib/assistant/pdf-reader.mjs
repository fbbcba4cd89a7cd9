// Reads a PDF in a process of its own, page by page, as lines of JSON: { pages, title }, then { page, text } for each.
// A hostile file may take all the memory and time there is: the process ends by itself past its memory, and whoever
// started it ends it past its time.

import { writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { getDocumentProxy } from 'unpdf'

const [path = '', maxPages = '0', maxMegabytes = '0'] = process.argv.slice(2)

/** @param {unknown} line */
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

// A loop in the parser stops no thread but its own.
const guard = `
  const { writeSync } = require('node:fs')
  setInterval(() => {
    if (process.memoryUsage.rss() < ${Number(maxMegabytes)} * 1024 * 1024) return
    writeSync(1, '\\n{"code":"document_too_long"}\\n')
    process.kill(process.pid, 'SIGKILL')
  }, 20)`
new Worker(guard, { eval: true }).unref()

/** @param {unknown} error */
const codeOf = (error) =>
  /** @type {{ name?: string } | undefined} */ (error)?.name === 'PasswordException'
    ? 'document_encrypted'
    : 'document_unreadable'

try {
  const data = new Uint8Array(await readFile(path))
  const pdf = await getDocumentProxy(data, { isEvalSupported: false, useSystemFonts: false, verbosity: 0 })
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }))
  const { Title } = /** @type {{ Title?: unknown }} */ (info)
  say({ pages: pdf.numPages, title: typeof Title === 'string' ? Title : '' })
  if (pdf.numPages <= Number(maxPages))
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
      say({ page: number, text })
      page.cleanup()
    }
} catch (error) {
  say({ code: codeOf(error) })
}
process.exit()
