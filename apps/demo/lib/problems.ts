// The messages for an answer that could not be taken, by the code of the problem.

import type { FlowPages, Message } from './flow-pages.ts'

const kept = 'Nothing you typed is lost.'

const changedCodes = ['stale_step', 'conflict', 'op_reused']

/** True if the session went on without this page, so that a link to its current step helps. */
export function movedOn(code: string | undefined): boolean {
  return code === 'overtaken' || code === 'rewound' || (code !== undefined && changedCodes.includes(code))
}

/** The words for a problem; those of the flow itself come first. */
export function messageFor(code: string, { noun, messages }: Pick<FlowPages, 'noun' | 'messages'>): Message {
  const own = messages[code]
  if (own) return own
  if (changedCodes.includes(code))
    return {
      title: 'This was changed in another tab',
      text: `${kept} Send this page again to use what is on it, or go on from where the ${noun} is now.`,
      tone: 'calm',
    }
  switch (code) {
    case 'not_accepted':
      return {
        title: 'That page is no longer open',
        text: `The ${noun} has moved on since you opened it, so we brought you to where it is now.`,
        tone: 'calm',
      }
    case 'rewound':
      return {
        title: 'The last changes were lost',
        text: [
          `An outage on our side has taken the ${noun} back to where it is now. ${kept}`,
          'Check this page and send it again.',
        ].join(' '),
        tone: 'wrong',
      }
    case 'effect_pending':
      return {
        title: 'Something is still under way',
        text: `The ${noun} can be closed as soon as that is done. Nothing was changed.`,
        tone: 'calm',
      }
    case 'overtaken':
      return {
        title: 'This page was answered elsewhere',
        text: [
          `The ${noun} went on from here on another device.`,
          'Send this page again only to change the answer.',
        ].join(' '),
        tone: 'calm',
      }
    case 'session_gone':
      return {
        title: `This ${noun} was started over`,
        text: 'It was closed here or in another tab. You can begin again.',
        tone: 'calm',
      }
    case 'offline':
      return {
        title: 'We could not reach the shop',
        text: `Check your connection and send this page again. ${kept}`,
        tone: 'wrong',
      }
    default:
      return {
        title: 'We could not save this just now',
        text: `That is our fault, not yours. Send this page again in a moment. ${kept}`,
        tone: 'wrong',
      }
  }
}
