// The results of one run, as they are printed, drawn and kept.

import type { Proofs } from '../load/proofs.ts'
import type { Measured } from './keep.ts'

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
  /** The reason why it could not run here, or not to the end. */
  missing?: string
  /** By the number of connections. */
  at?: Record<string, Figures>
  proofs?: Proofs | undefined
  bytesPerSession?: number | null
  rssBytes?: number
}

/** Bytes of a conversation; milliseconds until one is found again, the median of the medians of every round. */
export type ConversationRow = {
  name: string
  made: string
  /** Why it could not run here; then there are no figures. */
  missing?: string
  bytes?: number
  resumeMs?: number
}

/** `ratios` are ours to theirs; that of the time is the median of those of every round. */
export type Conversation = {
  date: string
  turns: number
  conversations: number
  rounds: number
  rows: ConversationRow[]
  ratios: { of: string; to: string; bytes: number; time: number }[]
}

export type Results = Measured & {
  redis: string
  rounds: number
  ms: number
  rows: Row[]
  /** The newest one; it may be of another run. */
  conversation?: Conversation
}
