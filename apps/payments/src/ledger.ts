// An append-only file of charges: one JSON line each, on disk before its reply is sent, read again at start.
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One successful charge; `amount` is in minor units, `at` is ISO 8601, `reference` what the shop calls it. */
export type Charge = {
  id: string
  idempotencyKey: string
  amount: number
  token: string
  at: string
  reference?: string | undefined
}

export type Ledger<Line extends object = Charge> = {
  /** Everything that was written before it was opened, oldest first. */
  charges: readonly Line[]
  /** Resolves once the line is on disk. */
  append(charge: Line): Promise<void>
  close(): Promise<void>
}

/** Opens the ledger at `path`, or creates it. A line cut short by a crash had no reply yet, so it is removed. */
export async function openLedger<Line extends object = Charge>(path: string): Promise<Ledger<Line>> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a+')
  const bytes = await file.readFile()
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  if (whole.length < bytes.length) await file.truncate(whole.length)
  const charges = whole
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))

  let size = whole.length
  let last: Promise<unknown> = Promise.resolve()
  const write = async (charge: Line) => {
    const line = Buffer.from(`${JSON.stringify(charge)}\n`)
    try {
      await file.appendFile(line)
      await file.sync()
      size += line.length
    } catch (error) {
      // Half a line would make the next one unreadable.
      await file.truncate(size)
      throw error
    }
  }
  return {
    charges,
    append: (charge) => {
      const written = last.then(() => write(charge))
      last = written.catch(() => {})
      return written
    },
    close: async () => {
      await last
      await file.close()
    },
  }
}
