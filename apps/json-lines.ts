// The append-only file in which a stand-in keeps what it did: one JSON line each, read again at the next start.
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

export type JsonLines<Line> = {
  /** The lines that the file held when it was opened, oldest first. */
  earlier: readonly Line[]
  /** The bytes of the file. */
  size(): number
  /** Resolves once the line is on disk; a line that could not be written is not there. */
  append(line: Line): Promise<void>
  close(): Promise<void>
}

/** Opens the file at `path`, or creates it. A line cut short by a crash was never reported, so it is removed. */
export async function openJsonLines<Line>(path: string): Promise<JsonLines<Line>> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a+')
  const bytes = await file.readFile()
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  if (whole.length < bytes.length) await file.truncate(whole.length)
  const earlier = whole
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))

  let size = whole.length
  let last: Promise<unknown> = Promise.resolve()
  const write = async (line: Line) => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      await file.appendFile(bytes)
      await file.sync()
      size += bytes.length
    } catch (error) {
      // Half a line would make the next one unreadable.
      await file.truncate(size)
      throw error
    }
  }
  return {
    earlier,
    size: () => size,
    append: (line) => {
      const written = last.then(() => write(line))
      last = written.catch(() => {})
      return written
    },
    close: async () => {
      await last
      await file.close()
    },
  }
}
