// What a person is told about a session this browser has no longer.

import type { View } from 'dogear'
import type { FlowPages } from './flow-pages.ts'

export type Gone = NonNullable<View['gone']>

/** The heading of the page that stands in for the session, and its title. */
export function goneTitle({ why, to }: Gone, { noun }: Pick<FlowPages, 'noun'>): string {
  switch (why) {
    case 'moved':
      return `You continued on ${to ?? 'another device'}`
    case 'revoked':
      return 'This device was taken off the list'
    case 'expired':
      return 'Your saved answers were deleted'
    case 'removed':
      return `This ${noun} was deleted`
    case 'signed_out':
      return 'Sign in to continue'
  }
}
