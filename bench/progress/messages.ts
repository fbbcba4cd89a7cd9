// The words between the bench of progress and its two processes: the server, and the one that watches.

/** How an effect gives its text: so many chunks of so many characters, so many a second. */
export type Pace = { chunks: number; characters: number; perSecond: number }

/** A length of text, and the moment by the clock of the machine at which it was there, in milliseconds. */
export type Mark = [length: number, atMs: number]

/** The marks of every effect, by the name of its session. */
export type Given = Record<string, Mark[]>

/** The account of one open stream. `whole` is false if it ended, or the time was over, before all text had come. */
export type Seen = { name: string; marks: Mark[]; parts: number; whole: boolean }

export type Order =
  | { order: 'watch'; port: number; streams: { name: string; cookie: string }[] }
  /** Answers with the account of each stream, once all have so many characters, or after so many milliseconds. */
  | { order: 'until'; characters: number; mostMs: number }
  | { order: 'close' }

/** A clock that all processes of a machine share, in milliseconds. */
export const clockMs = (): number => Number(process.hrtime.bigint()) / 1e6
