// Searches files, Redis and text for secrets, as text and in every common encoding of their bytes.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** The contents of a file, or of every file below a folder, joined. */
export async function bytesIn(folder: string): Promise<Buffer> {
  if ((await stat(folder)).isFile()) return readFile(folder)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))))
}

/** Every key of a Redis with its value, also in the form of DUMP. */
export async function bytesOfRedis(url: string): Promise<Buffer> {
  const client = new Redis(url)
  const found: Buffer[] = []
  const note = (value: unknown): void => {
    if (Buffer.isBuffer(value)) found.push(value)
    else if (Array.isArray(value)) value.forEach(note)
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(note)
    else found.push(Buffer.from(String(value)))
  }
  try {
    for (const key of await client.keys('*')) {
      note(key)
      note(await client.dumpBuffer(key))
      switch (await client.type(key)) {
        case 'string':
          note(await client.getBuffer(key))
          break
        case 'hash':
          note(await client.hgetallBuffer(key))
          break
        case 'zset':
          note(await client.zrange(key, '0', '-1', 'WITHSCORES'))
          break
        case 'set':
          note(await client.smembersBuffer(key))
          break
        case 'stream':
          note(await client.xrangeBuffer(key, '-', '+'))
          break
        case 'list':
          note(await client.lrangeBuffer(key, 0, -1))
          break
      }
    }
  } finally {
    client.disconnect()
  }
  return Buffer.concat(found)
}

/** The secrets that occur in `bytes`: as text, and decoded from base64url as raw bytes, hexadecimal or base64. */
export function found(bytes: Buffer, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => {
    const raw = Buffer.from(secret, 'base64url')
    const long = raw.length >= 16 ? [raw, raw.toString('hex'), raw.toString('base64')] : []
    return [secret, ...long].some((form) => bytes.includes(form))
  })
}
