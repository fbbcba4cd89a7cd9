// The results of one run, as they are printed, drawn and kept.

import type { Proofs } from '../load/proofs.ts'
import type { Conversation } from './conversation.ts'

/**
 * Medians over the rounds: turns a second, the same as a multiple of express in the same round, milliseconds,
 * microseconds of processor time, commands of Redis.
 */
export type Figures = {
  perSecond: number
  ofExpress: number | null
  p50: number
  p99: number
  cpuMicros: number
  commands: number | null
}

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
  /** The newest one; it may be of another run. */
  conversation?: Conversation
}
