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

export type Ledger<Line extends object = Charge> = {
  /** Those written before this start, oldest first. */
  charges: readonly Line[]
  /** Resolves once the line is on disk. */
  append(charge: Line): Promise<void>
  close(): Promise<void>
}

/** Opens the ledger at `path`, or creates it. */
export async function openLedger<Line extends object = Charge>(path: string): Promise<Ledger<Line>> {
  const { earlier, append, close } = await openJsonLines<Line>(path)
  return { charges: earlier, append, close }
}
