// A command over all sessions, which shows how far it is: one that was stopped goes on with the next run.

import type { Engine } from '../../engine/engine.ts'
import type { Context, Option } from '../command.ts'
import { createProgress } from '../progress.ts'
import { checkBookmark, readBookmark, removeBookmark, writeBookmark } from './bookmark.ts'
import { everySession, type FoundSession } from './every-session.ts'

/** `state` is what the command has counted, as JSON; `each` adds a session to it. `told` is shown on the way. */
export type Sweep<State> = {
  command: string
  title?: string
  state: State
  each: (session: FoundSession, state: State) => unknown
  told: (state: State) => string
}

export type SweepSettings = { batch: number; rate: number; resume?: string }

export const resumeOption: Option = {
  flags: '--resume <file>',
  text: 'keep the place of the sweep in a file, and go on from it',
}

const saveEveryMs = 5_000

/** Resolves to the state, and to the signal that stopped the sweep before its end. */
export async function sweep<State>(
  engine: Engine,
  { batch, rate, resume }: SweepSettings,
  { command, title = command, state: fresh, each, told }: Sweep<State>,
  { out, terminal, stopped }: Pick<Context, 'out' | 'terminal' | 'stopped'>,
): Promise<{ state: State; stopped: string | null }> {
  let reason: string | null = null
  void stopped().then((why) => {
    reason = why
  })
  const before = resume === undefined ? undefined : await readBookmark(resume, command, fresh)
  if (resume !== undefined) await checkBookmark(resume)
  const state = before?.state ?? fresh
  const bar = createProgress(title, out, { terminal })
  let savedAt = performance.now()
  for await (const { sessions, place, done } of everySession(engine, { batch, rate, from: before?.place })) {
    for (const session of sessions) await each(session, state)
    bar.at(done, told(state))
    const isOver = reason !== null
    if (resume !== undefined && place && (isOver || performance.now() - savedAt >= saveEveryMs)) {
      await writeBookmark(resume, { command, place: place(), state })
      savedAt = performance.now()
    }
    if (isOver) break
  }
  if (resume !== undefined && reason === null) await removeBookmark(resume)
  bar.end(reason === null ? told(state) : `stopped by ${reason}: run it again to go on`)
  return { state, stopped: reason }
}
