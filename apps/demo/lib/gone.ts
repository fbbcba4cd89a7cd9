// The heading for a session that this browser no longer has.

import type { View } from 'dogear'
import type { FlowPages } from './flow-pages.ts'

export type Gone = NonNullable<View['gone']>

/** The heading, also the title, of the page in place of the session. */
export function goneTitle({ why, to }: Gone, { noun }: Pick<FlowPages, 'noun'>): string {
  switch (why) {
    case 'moved':
      return `You continued on ${to ?? 'another device'}`
    case 'revoked':
      return 'This device was removed'
    case 'expired':
      return 'Your saved answers were deleted'
    case 'finished':
      return `Your last ${noun} is finished`
    case 'removed':
      return `This ${noun} was deleted`
    case 'signed_out':
      return 'Sign in to continue'
  }
}
