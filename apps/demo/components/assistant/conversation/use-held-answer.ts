'use client'
// The answer that is being written, as the page holds it.

import type { EffectProgress } from 'dogear/client'
import { useState } from 'react'
import { type HeldAnswer, heldAnswer } from './held-answer.ts'

/** The text so far of the answer to question `id`; empty where none is being answered. */
export function useHeldAnswer(id: number | undefined, said: EffectProgress | undefined): string {
  const [held, setHeld] = useState<HeldAnswer | undefined>(() =>
    id === undefined ? undefined : heldAnswer(undefined, id, said),
  )
  const next = id === undefined ? held : heldAnswer(held, id, said)
  if (next !== held) setHeld(next)
  return next !== undefined && next.id === id ? next.text : ''
}
