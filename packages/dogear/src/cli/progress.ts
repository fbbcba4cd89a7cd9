// How far a long command is: a bar where someone watches a terminal, a line now and then where a log is kept.

import { progress } from '@clack/prompts'
import type { Output } from './output.ts'

/** `done` is the part that is behind, from 0 to 1. */
export interface Progress {
  at(done: number, text: string): void
  end(text: string): void
}

const steps = 1000
const quietMs = 10_000

/** Shows progress on stderr, so that stdout stays the result. */
export function createProgress(title: string, { note }: Pick<Output, 'note'>, terminal: boolean): Progress {
  if (!terminal) return inLines(title, note)
  const bar = progress({ max: steps, output: process.stderr })
  let shown = 0
  bar.start(title)
  return {
    at(done, text) {
      const next = Math.max(shown, Math.min(steps, Math.floor(done * steps)))
      bar.advance(next - shown, text)
      shown = next
    },
    end: (text) => bar.stop(text),
  }
}

function inLines(title: string, note: (text: string) => void): Progress {
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
