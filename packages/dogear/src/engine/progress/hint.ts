// The progress of effects as a follower hears of it: types only.

/**
 * `current`: the names of the attempts under way, by the ids of their effects; no other counts any more. `part`: `text`
 * goes on at the length `at` of the text before it, `value` takes the place of the one before; `entry`, where there is
 * one, says that all up to it was told. `gone` and `closed` come last, as those of a watch.
 */
export type ProgressHint =
  | { kind: 'current'; effects: Readonly<Record<string, string>> }
  | { kind: 'part'; entry?: string; effect: string; attempt: string; at: number; text: string; value?: unknown }
  | { kind: 'gone' | 'closed' }

/** `after` is the last `entry` that the follower was told: what came before it is not told again. */
export type Following = { after?: string | undefined; listener: (hint: ProgressHint) => void }
