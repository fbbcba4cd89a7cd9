// The ledger: a line for every charge, on disk before its reply is sent.
import { openJsonLines } from '../../json-lines.ts'

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
  /** What was written before this start, oldest first. */
  charges: readonly Charge[]
  /** Resolves once the line is on disk. */
  append(charge: Charge): Promise<void>
  close(): Promise<void>
}

/** Opens the ledger at `path`, or creates it. */
export async function openLedger(path: string): Promise<Ledger> {
  const { earlier, append, close } = await openJsonLines<Charge>(path)
  return { charges: earlier, append, close }
}
