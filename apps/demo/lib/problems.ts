// The messages for an answer that could not be taken, by the code of the problem.

import type { FlowPages, Message } from './flow-pages.ts'
import { ownMember } from './own-member.ts'

const kept = 'What you typed is still on this page.'

const changedCodes = ['stale_step', 'conflict']

/** True if the session went on without this page, so that a link to its current step helps. */
export function movedOn(code: string | undefined): boolean {
  return code === 'overtaken' || code === 'rewound' || (code !== undefined && changedCodes.includes(code))
}

/** The words for a problem; those of the flow itself come first. */
export function messageFor(code: string, { noun, messages }: Pick<FlowPages, 'noun' | 'messages'>): Message {
  const own = ownMember(messages, code)
  if (own) return own
  if (changedCodes.includes(code))
    return {
      title: 'This was changed in another tab',
      text: [kept, `Send this page again to use what is on it, or go on from where the ${noun} is now.`],
      tone: 'calm',
    }
  switch (code) {
    case 'op_reused':
      return {
        title: 'You had sent that page before',
        text: [
          'It counts as it was then.',
          'What you changed in it since is kept: go back to it and send it again to use that.',
        ],
        tone: 'calm',
      }
    case 'no_cookies':
      return {
        title: 'Your browser keeps no cookie for this site',
        text: [
          'Without it we cannot tell that your answers are yours, so nothing is saved.',
          'Allow cookies, then open this page again.',
        ],
        tone: 'wrong',
      }
    case 'wrong_url':
      return {
        title: 'This page cannot reach the shop',
        text: [
          'Something between this page and the shop answers in its place, so nothing is saved.',
          'Keep this page open and try again later.',
        ],
        tone: 'wrong',
      }
    case 'not_accepted':
      return {
        title: 'That page is closed now',
        text: ['Your answer was not saved.', `Your ${noun} has moved on since you opened that page: it is here now.`],
        tone: 'calm',
      }
    case 'rewound':
      return {
        title: 'The last changes were lost',
        text: [
          `An outage on our side has taken the ${noun} back to where it is now.`,
          kept,
          'Check this page and send it again.',
        ],
        tone: 'wrong',
      }
    case 'effect_pending':
      return {
        title: 'Something is still under way',
        text: ['You can start over once that is done. Nothing was deleted.'],
        tone: 'calm',
      }
    case 'overtaken':
      return {
        title: 'This page was answered elsewhere',
        text: [`The ${noun} went on from here on another device.`, 'Send this page again only to change the answer.'],
        tone: 'calm',
      }
    case 'session_gone':
      return {
        title: `This ${noun} was started over`,
        text: ['That was here or in another tab.', `This page starts a new ${noun}.`],
        tone: 'calm',
      }
    case 'offline':
      return {
        title: 'We could not reach the shop',
        text: ['Keep this page open, check your connection, and send the page again.'],
        tone: 'wrong',
      }
    case 'too_large':
      return {
        title: 'There is more on this page than we can keep',
        text: ['Shorten what is too long, then continue.', kept],
        tone: 'wrong',
      }
    default:
      return {
        title: 'We could not save this just now',
        text: ['That is our fault, not yours.', 'Keep this page open and send it again in a moment.'],
        tone: 'wrong',
      }
  }
}
