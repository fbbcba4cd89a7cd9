// PDFs for tests, made here: plain ones, and those that are hard to read, or made to do harm.

import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib'

/** A PDF with these lines on each page, and a title. With `password` it is encrypted, with AES-256. */
export async function pdfOf(
  pages: readonly (readonly string[])[],
  { title, password }: { title?: string; password?: string } = {},
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create()
  const font = await pdf.embedFont(StandardFonts.Helvetica)
  if (title !== undefined) pdf.setTitle(title)
  for (const lines of pages) {
    const page = pdf.addPage()
    for (const [index, line] of lines.entries()) page.drawText(line, { x: 20, y: 800 - 14 * index, size: 10, font })
  }
  if (password !== undefined) pdf.encrypt({ userPassword: password, ownerPassword: password, permissions: {} })
  return await pdf.save()
}

/** A PDF whose page is a picture. */
export async function imagePdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create()
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const image = await pdf.embedPng(png)
  pdf.addPage().drawImage(image, { x: 0, y: 0, width: 500, height: 800 })
  return await pdf.save()
}

/** A PDF of one page whose drawing takes a gigabyte once it is inflated, and about a megabyte before. */
export function bombPdf(): Uint8Array {
  const megabyte = deflateRawSync(Buffer.alloc(1024 ** 2, '% '), { finishFlush: constants.Z_FULL_FLUSH })
  const [header, end] = [Buffer.from('789c', 'hex'), Buffer.from('0300', 'hex')]
  return streamPdf(Buffer.concat([header, ...Array<Buffer>(1024).fill(megabyte), end]))
}

/** A PDF of one page with a short drawing that shows the same text thirty thousand times over. */
export function longPdf(): Uint8Array {
  const line = '1 0 0 1 20 400 Tm (The engine weaves algebraic patterns, and weaves them again.) Tj '
  return streamPdf(deflateSync(Buffer.from(`BT /F1 10 Tf ${line.repeat(30_000)} ET`)))
}

/** A PDF whose drawing is `content`, compressed. */
function streamPdf(content: Uint8Array): Uint8Array {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 900]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    [`<</Length ${content.length}/Filter/FlateDecode>>stream\n`, content, '\nendstream'],
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  const parts = [Buffer.from('%PDF-1.4\n')]
  const offsets: number[] = []
  const length = () => parts.reduce((total, part) => total + part.length, 0)
  objects.forEach((object, index) => {
    offsets.push(length())
    const body = [object].flat().map((part) => Buffer.from(part as string))
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), ...body, Buffer.from('\nendobj\n'))
  })
  const start = length()
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer<</Size ${size}/Root 1 0 R>>\n`),
    Buffer.from(`startxref\n${start}\n%%EOF\n`),
  )
  return Buffer.concat(parts)
}
