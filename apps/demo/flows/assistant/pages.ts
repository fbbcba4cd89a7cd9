// The assistant's pages: their addresses, and its own words for what can go wrong.

import type { FlowPages } from '../../lib/flow-pages.ts'

export const assistantPages: FlowPages = {
  flow: 'assistant',
  url: '/api/flows/assistant',
  base: '/assistant',
  start: '/assistant',
  questions: ['name', 'document'],
  title: 'Reading room',
  noun: 'conversation',
  handoffLabel: 'Continue on another device',
  deviceFirst: true,
  messages: {
    session_gone: {
      title: 'This conversation was started over',
      text: ['That was here or in another tab.', 'This page starts a new conversation.'],
      tone: 'calm',
    },
    finished: {
      title: 'This conversation has ended',
      text: ['It takes no more questions.'],
      tone: 'calm',
    },
    too_many_questions: {
      title: 'Too many questions wait',
      text: ['Your question is still in its field. Ask it once one of those before it is answered.'],
      tone: 'calm',
    },
    not_accepted: {
      title: 'This was not taken',
      text: ['The conversation has gone on since you opened this page.', 'Look at it as it is now, then try again.'],
      tone: 'calm',
    },
  },
}

/** The passages that one page of the document's text shows. */
export const passagesShown = 60

/** The address of a passage in the text of the document, by its number from 1. */
export function passageUrl(number: number): string {
  const part = Math.ceil(number / passagesShown)
  return `${assistantPages.base}/source${part > 1 ? `?part=${part}` : ''}#passage-${number}`
}
