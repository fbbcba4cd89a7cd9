// Where a secret might have been left: in files, in Redis, in text; as it is, and in the ways bytes are written out.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** Every file below a folder, as one. */
export async function bytesIn(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))))
}

/** Every key of a Redis with what it holds, also as it is dumped. */
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

/** Those of `secrets` that are in `bytes`: as text, and base64url also as the bytes it stands for, in hexadecimal and base64. */
export function found(bytes: Buffer, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => {
    const raw = Buffer.from(secret, 'base64url')
    const long = raw.length >= 16 ? [raw, raw.toString('hex'), raw.toString('base64')] : []
    return [secret, ...long].some((form) => bytes.includes(form))
  })
}
