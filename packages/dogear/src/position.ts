// The position of a session, compared or as text.

import type { Position } from './wire.ts'

/** True if all three members are the same. */
export const samePosition = (a: Position, b: Position | undefined): boolean =>
  a.mark === b?.mark && a.revision === b.revision && a.epoch === b.epoch

/** True if the epoch of `a` is an earlier one, or its revision within the same epoch. */
export const isEarlier = (a: Position, b: Position): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.revision < b.revision)

/** The position alone, without the rest of a view. */
export const positionOf = ({ epoch, revision, mark }: Position): Position => ({ epoch, revision, mark })

/** A position as the text of a form field or a message. */
export const positionText = ({ epoch, revision, mark }: Position): string => `${epoch}.${revision}.${mark}`

/** The position in such a text; undefined if it is none. The mark is empty at revision 0. */
export function parsePosition(text: string): Position | undefined {
  const [, epoch, revision, mark] = /^(\d{1,16})\.(\d{1,16})\.([\w-]{8}|)$/.exec(text) ?? []
  return mark === undefined ? undefined : { epoch: Number(epoch), revision: Number(revision), mark }
}
