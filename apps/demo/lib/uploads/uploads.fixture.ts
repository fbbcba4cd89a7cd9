// Small files of each kind, whole ones.

import { crc32, deflateRawSync } from 'node:zlib'

export const pdf: Buffer = Buffer.from(
  [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj',
    'xref',
    '0 3',
    'trailer<</Size 3/Root 1 0 R>>',
    'startxref',
    '110',
    '%%EOF',
    '',
  ].join('\n'),
)

export const png: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
)

export const jpeg: Buffer = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(64, 1),
  Buffer.from('ffd9', 'hex'),
])

/** A ZIP archive of one small file called `name`. */
export function zip(name: string, content = '<x/>'): Buffer {
  const [file, data] = [Buffer.from(name), deflateRawSync(content)]
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32LE(crc32(content), 0)
  sizes.writeUInt32LE(data.length, 4)
  sizes.writeUInt32LE(content.length, 8)
  const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 33, 0]), sizes, uint16(file.length), uint16(0)])
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, file, data])
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, Buffer.alloc(14), file])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
export const docx: Buffer = zip(
  '[Content_Types].xml',
  `<Types><Override PartName="/word/document.xml" ContentType="${wordType}"/></Types>`,
)

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
