// The words of one language: the type of a catalogue, with the English one.

import type { DogearErrorCode } from '../../errors.ts'

/** Every code that a page may have to put into words; the last four are made in the browser. */
export type ProblemCode = DogearErrorCode | 'internal' | 'finished' | 'overtaken' | 'offline' | 'wrong_url'

/**
 * The words of one language, as plain data, so that a page can hand them on to its scripts.
 *
 * Give a whole one the type `Catalogue`: a text that is missing does not compile then. A part of one (`Words`) is
 * enough for `messages`: the rest stays English.
 */
export type Catalogue = {
  /** A BCP 47 tag, such as `de` or `ar`. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  /**
   * The texts of the flows, each by itself: titles of steps, messages of schemas. A function is asked for each instead;
   * undefined leaves the text as it is. They are put into words as they leave the server, and stored as they are.
   */
  readonly texts: (Readonly<Record<string, string>> & Readonly<Record<OwnText, string>>) | TranslateText
  /** By code: the `detail` of a problem, and what a page says about it. */
  readonly problems: Readonly<Record<ProblemCode, string>>
  /** The page in place of one that failed, for forms without JavaScript. */
  readonly page: Readonly<Record<PageText, string>>
  /** Names of devices. `{browser}` and `{place}` stand for proper names, such as Safari and iPhone. */
  readonly devices: Readonly<Record<'unknown' | 'anyBrowser' | 'known', string>>
}

/** Puts a text of the flow into another language; undefined leaves it as the flow has it. */
export type TranslateText = (text: string) => string | undefined

/** A language, with the part of its catalogue that there is. */
export type Words = Pick<Catalogue, 'lang' | 'dir'> & {
  readonly texts?: Readonly<Record<string, string>> | TranslateText | undefined
} & { readonly [Part in 'problems' | 'page' | 'devices']?: Partial<Catalogue[Part]> | undefined }

/** The messages that are not of a flow's own schemas, but shown beside its fields. */
type OwnText = keyof typeof ownTexts

const ownTexts = {
  'This looks like a card number. It is not kept here.': 'This looks like a card number. It is not kept here.',
  'This is never kept here.': 'This is never kept here.',
  'This page was opened before it changed. Check your answers and send them again.':
    'This page was opened before it changed. Check your answers and send them again.',
}

type PageText =
  | 'laterTitle'
  | 'laterAdvice'
  | 'refusedTitle'
  | 'refusedAdvice'
  | 'cookieTitle'
  | 'cookieAdvice'
  | 'onward'
  | 'beginAgain'
  | 'reference'

const late = 'What you sent came too late, and was not taken.'
const ours = 'Something went wrong on our side. Try again in a moment.'
const unexpected = 'This page sent what was not expected. Open it again.'
const nothing = 'There is nothing at this address.'

/** The whole catalogue in English: the default, and what stands in for a text that a catalogue lacks. */
export const english: Catalogue = {
  lang: 'en',
  dir: 'ltr',
  texts: ownTexts,
  problems: {
    invalid_request: unexpected,
    no_session: 'Nothing is saved yet.',
    not_signed_in: 'Nobody is signed in here.',
    origin_refused: 'This request did not come from a page of this site.',
    unknown_flow: nothing,
    not_found: nothing,
    method_not_allowed: unexpected,
    stale_step: late,
    rewound: 'An outage on our side has lost the last changes. Please check this page and send it again.',
    not_accepted: late,
    effect_pending: 'Something is still under way. Wait until it is done.',
    conflict: 'Too much happened at once. Try again in a moment.',
    other_session: 'This browser has another one already.',
    no_cookies:
      'Your browser keeps no cookie for this site, so nothing is saved. Allow cookies, then open this page again.',
    session_gone: 'This was started over in another tab.',
    handoff_gone: 'This link or code does not work any more. Ask for a new one on the other device.',
    too_large: 'That is more than can be saved. Shorten it, and send it again.',
    nearly_too_large: 'That is nearly more than can be saved.',
    unsupported_media_type: unexpected,
    invalid_event: 'Some of your answers have to be corrected.',
    op_reused: unexpected,
    rate_limited: 'That was too often. Wait a moment, then try again.',
    record_unreadable: 'This cannot be read right now. It is kept as it is.',
    not_serializable: ours,
    flow_failed: ours,
    effect_failed: ours,
    effect_parameters_changed: ours,
    store_unavailable: 'This cannot be done right now. Try again in a moment.',
    newer_version: 'This page was changed while it was open. Open it again.',
    internal: 'Something went wrong on our side.',
    finished: 'This is finished. Its answers stay as they are.',
    overtaken: 'This page was answered on another device.',
    offline: 'There is no connection. Your answers are kept in this page.',
    wrong_url: ours,
  },
  page: {
    laterTitle: 'Sorry, that did not go through',
    laterAdvice:
      'Nothing you entered was lost: everything you had sent before is saved, ' +
      'and what you just typed is still on the page before. Go back, wait a moment, and send it again.',
    refusedTitle: 'Sorry, we could not take that',
    refusedAdvice:
      'Nothing you sent before was lost, and what you just typed is still on the page before. Go back and try again.',
    cookieTitle: 'Your browser keeps no cookie for this site',
    cookieAdvice:
      'A cookie is how we know that your answers are yours. This browser did not send ours back, so nothing of this ' +
      'page was saved. What you just typed is still on the page before. Allow cookies for this site, then begin again.',
    onward: 'Continue where you were',
    beginAgain: 'Begin again',
    reference: 'Reference:',
  },
  devices: { unknown: 'Unknown browser', anyBrowser: 'Browser on {place}', known: '{browser} on {place}' },
}

/** `words` with what it leaves out in English. */
export const completed = (words: Words): Catalogue => ({
  lang: words.lang,
  dir: words.dir,
  texts: typeof words.texts === 'function' ? words.texts : { ...ownTexts, ...words.texts },
  problems: { ...english.problems, ...words.problems },
  page: { ...english.page, ...words.page },
  devices: { ...english.devices, ...words.devices },
})
