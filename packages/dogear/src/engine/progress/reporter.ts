// The progress that an attempt at an effect reports: gathered, bounded, written in batches.

import { DogearError } from '../../errors.ts'
import type { SessionId, Store } from '../../store/store.ts'
import { callAfter } from '../../time.ts'
import type { Effect } from '../../turn/record.ts'
import { type ProgressPart, partText } from './part.ts'

export type Reporter = {
  /** Takes text, which goes on where the text before it ended, or a value, which takes the place of the one before. */
  report(chunk: unknown): void
  /** Writes no more: the attempt has ended, and its result is what counts. */
  end(): void
}

export type ReporterOptions = {
  effect: Pick<Effect, 'id' | 'effectId' | 'attempt'>
  /** Keeps an entry. Resolves to false if there is no session any more. */
  add: (text: string) => Promise<boolean>
  onError: (error: unknown) => void
}

/** Text that an attempt may report, in UTF-16 units. More is left out: a result of that size belongs elsewhere. */
export const mostText: number = 64 * 1024
const mostValue = 4 * 1024
/** The pause between two entries. It grows with their number, so that a long effect does not write for ever. */
const pauseMs = 100
const slowerAfter = 600
const longestPauseMs = 2_000
/** Every so often an entry holds all the text there was, so that the ones before it may go. */
const wholeEvery = 200
/** The entries that a session keeps: those after the last whole one are always among them, for two effects at once. */
export const keptEntries: number = 3 * wholeEvery

/** Reporters that write to `store`, where entries live for `ttlMs` milliseconds; in one without progress, nowhere. */
export const reportingTo =
  (store: Pick<Store, 'addProgress'>, onError: ReporterOptions['onError']) =>
  (session: SessionId, effect: ReporterOptions['effect'], ttlMs: number): Reporter =>
    createReporter({
      effect,
      add: async (text) => (await store.addProgress?.(session, text, { keep: keptEntries, ttlMs })) ?? false,
      onError,
    })

export function createReporter({ effect: { id, effectId, attempt }, add, onError }: ReporterOptions): Reporter {
  let [text, written, entries, failures] = ['', 0, 0, 0]
  let value: unknown
  let fresh = false
  let [ended, full] = [false, false]
  let cancel: (() => void) | undefined
  let writing = false

  /** The end of the text that can be written: half a character waits for its other half. */
  const writable = (): number => (/[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length)

  async function write(): Promise<void> {
    const end = writable()
    writing = true
    const at = entries % wholeEvery === 0 || failures > 0 ? 0 : written
    const part: ProgressPart = { effect: id, effectId, attempt, at, text: text.slice(at, end).toWellFormed() }
    const [sent, had] = [value, fresh]
    fresh = false
    try {
      if (!(await add(partText(had || at === 0 ? { ...part, value: sent } : part)))) ended = true
      written = end
      entries++
      failures = 0
    } catch (error) {
      fresh ||= had
      // One report of an outage is enough.
      if (failures++ === 0) onError(error)
    }
    writing = false
    later()
  }

  function later(): void {
    if (ended || cancel || writing || (writable() === written && !fresh)) return
    const slower = 1 + Math.max(0, entries - slowerAfter) / 100
    const ms = entries + failures === 0 ? 0 : Math.min(longestPauseMs, pauseMs * slower * 2 ** failures)
    cancel = callAfter(
      ms,
      () => {
        cancel = undefined
        void write()
      },
      { holds: false },
    )
  }

  function take(chunk: unknown): void {
    if (typeof chunk !== 'string') {
      value = plain(chunk)
      fresh = true
    } else if (text.length + chunk.length <= mostText) text += chunk
    else if (!full) {
      full = true
      onError(new DogearError('too_large', `an effect reported more than ${mostText} characters; the rest is left out`))
    }
  }

  return {
    report(chunk) {
      if (ended) return
      take(chunk)
      later()
    },
    end() {
      ended = true
      cancel?.()
    },
  }
}

/** A copy of the value, as JSON has it. Throws for one that JSON has nothing for, or that is no small thing. */
function plain(value: unknown): unknown {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new DogearError('not_serializable', 'progress is text, or a value that JSON can say', { cause })
  }
  if (text === undefined) throw new DogearError('not_serializable', 'progress is text, or a value that JSON can say')
  if (text.length <= mostValue) return JSON.parse(text)
  throw new DogearError(
    'too_large',
    `a value of progress may take ${mostValue} characters, this one has ${text.length}`,
  )
}
