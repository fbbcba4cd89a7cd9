// The append-only file of charges: one JSON line each, on disk before its reply is sent, read again at start.
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

export type Ledger = {
  /** Everything written so far, oldest first. */
  charges: readonly Charge[]
  /** Resolves once the line is on disk. */
  append(charge: Charge): Promise<void>
  close(): Promise<void>
}

/** Opens the ledger at `path`, or creates it. A line cut short by a crash had no reply yet, so it is removed. */
export async function openLedger(path: string): Promise<Ledger> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a+')
  const bytes = await file.readFile()
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  if (whole.length < bytes.length) await file.truncate(whole.length)
  const charges = whole
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Charge => JSON.parse(line))

  let size = whole.length
  let last: Promise<unknown> = Promise.resolve()
  const write = async (charge: Charge) => {
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
