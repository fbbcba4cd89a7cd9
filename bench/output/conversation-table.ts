// The conversation's results as text for a terminal.

import type { Conversation } from './results.ts'
import { align, show } from './table.ts'

/** Ours is to take at most this part of the bytes, and of the time. */
const wanted = { bytes: 0.3, time: 0.5 }

export function toConversationTable({ turns, conversations, rounds, rows, ratios }: Conversation): string {
  const ran = rows.filter((row) => row.bytes !== undefined)
  const judged = (value: number, most: number) => `${show(value, 3)}${value <= most ? '' : ' !'}`
  return [
    `${conversations} conversations of ${turns} turns each, found again ${rounds} times by a process without a cache`,
    align([
      ['', 'bytes kept', 'ms to resume'],
      ...ran.map(({ name, bytes, resumeMs }) => [name, show(bytes), show(resumeMs, 2)]),
    ]),
    `\nours to theirs, wanted: bytes ${wanted.bytes}, time ${wanted.time}; "!" is more than that`,
    align([
      ['', 'to', 'bytes', 'time'],
      ...ratios.map(({ of, to, bytes, time }) => [of, to, judged(bytes, wanted.bytes), judged(time, wanted.time)]),
    ]),
    '\nwhat each is',
    ...rows.map(({ name, made, missing }) => `  ${name.padEnd(16)} ${missing ?? made}`),
  ].join('\n')
}
