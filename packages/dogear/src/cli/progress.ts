// The progress of a long command, on a terminal or in a log.

import type { Output } from './output.ts'

/** `done` is the finished part, from 0 to 1. */
export interface Progress {
  at(done: number, text: string): void
  end(text: string): void
}

export type ProgressOptions = { terminal: boolean; write?: (text: string) => void; columns?: number }

const width = 24
const quietMs = 10_000

/** Shows progress on stderr, so that stdout is the result alone. */
export function createProgress(
  title: string,
  { note }: Pick<Output, 'note'>,
  { terminal, write = (text) => process.stderr.write(text), columns = process.stderr.columns }: ProgressOptions,
): Progress {
  if (!terminal) return inLog(title, note)
  const line = (text: string, end = ''): void => write(`\r\u001b[2K${text.slice(0, (columns || 80) - 1)}${end}`)
  let shown = 0
  line(title)
  return {
    at(done, text) {
      shown = Math.max(shown, Math.min(1, done))
      const bar = '█'.repeat(Math.floor(shown * width)).padEnd(width, '░')
      line(`${title} ${bar} ${Math.floor(shown * 100)} %, ${text}`)
    },
    end: (text) => line(`${title}: ${text}`, '\n'),
  }
}

function inLog(title: string, note: (text: string) => void): Progress {
  let last = performance.now()
  return {
    at(done, text) {
      if (performance.now() - last < quietMs) return
      last = performance.now()
      note(`${title}: ${Math.floor(done * 100)} %, ${text}`)
    },
    end: () => {},
  }
}
