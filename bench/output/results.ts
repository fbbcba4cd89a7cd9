// The results of one run, as they are printed, drawn and kept.

import type { Proofs } from '../load/proofs.ts'
import type { Figures } from '../rounds.ts'

export type Row = {
  name: string
  made: string
  promises: string
  /** Why it could not run here; then there are no figures. */
  missing?: string
  /** By the number of connections. */
  at?: Record<string, Figures>
  proofs?: Proofs | undefined
  bytesPerSession?: number | null
  rssBytes?: number
}

export type Results = {
  date: string
  node: string
  redis: string
  cores: number
  cpu: string
  rounds: number
  ms: number
  rows: Row[]
}
