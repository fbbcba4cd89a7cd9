// The heading for a session that this browser no longer has.

import type { View } from 'dogear'
import type { Words } from '../words/words.ts'
import type { FlowPages } from './flow-pages.ts'

export type Gone = NonNullable<View['gone']>

/** The heading, also the title, of the page in place of the session. */
export function goneTitle(t: Words['t'], { why, to }: Gone, { noun }: Pick<FlowPages, 'noun'>): string {
  switch (why) {
    case 'moved':
      return to === null ? t('You continued on another device') : t('You continued on {device}', { device: to })
    case 'revoked':
      return t('This device was removed')
    case 'expired':
      return t('Your saved answers were deleted')
    case 'finished':
      return t(`Your last ${noun} is finished`)
    case 'removed':
      return t(`This ${noun} was deleted`)
    case 'signed_out':
      return t('Sign in to continue')
  }
}
