'use client'
// A question that is being typed here and on another device, too.

import type { Conflict } from 'dogear/react'
import { useEffect } from 'react'
import { ConflictBanner } from '../../conflict-banner.tsx'
import { useWords } from '../../words.tsx'

/** A question that was asked on the other device leaves the one that is typed here as it is. */
export function Unasked({ conflict }: { conflict: Conflict | null }) {
  const { t } = useWords()
  const settled = conflict?.fields.every(({ theirs }) => theirs === '') ?? false
  useEffect(() => {
    if (settled) conflict?.keepMine()
  }, [settled, conflict])
  return conflict && !settled ? <ConflictBanner conflict={conflict} labels={{ text: t('Your question') }} /> : null
}
