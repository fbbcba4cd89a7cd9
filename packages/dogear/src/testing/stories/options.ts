// The options of stories: types only.

import type { Examples } from '../../cli/lock/moves.ts'
import type { Implementations } from '../../flow/options.ts'
import type { View } from '../../wire.ts'
import type { Answers } from '../actors.ts'

/** The stories that are told, with what they are made of. */
export type StoryOptions = Retold & {
  /** How many stories are told (100). */
  stories?: number
  /** The most that happens in one (24). */
  length?: number
  /** Stories of one seed are the same every time; random by default. */
  seed?: number
  /** Of a story that failed: tells that one alone, with its seed. */
  path?: string
}

/** The part of the options that a story that is told again needs as well. */
export type Retold = {
  /**
   * As for `dogear lock`: payloads of events, results of effects. Other payloads are made from the JSON Schemas of the
   * events, if `json-schema-faker` is installed. An effect without results here is run by its own actor.
   */
  examples?: Examples | undefined
  /** Actors for one story, with a provider that nobody else has: it is called for each one anew. */
  provide?: (() => Implementations) | undefined
  /** The folder of `dogear lock`: half of the stories go on from a session that an earlier version left behind. */
  locks?: string
  /** Paths of an older context whose answers a migration may lose, such as `shipping.vatId`. */
  mayLose?: readonly string[]
  /** A rule of your own, asked after every deed. It throws if it is broken. */
  always?: ((now: { view: View; context: unknown }) => void) | undefined
}

/** One story: its flow's options, the answers of its effects, the session of a locked version that it goes on from. */
export type RetellOptions = Retold & {
  /** The answers of effects, by the names of their actors, as for `testEngine`. */
  answers?: Answers
  /** A session of a lock in `locks`: its version, and the number of the sample in it. */
  since?: { version: number; sample: number }
}

/** `deeds` is how many things happened in all; `unreached` are the ids of the steps that nobody got to. */
export type Stories = { seed: number; stories: number; deeds: number; unreached: string[] }
