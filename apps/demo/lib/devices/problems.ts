// The messages for a link, a code, a device or a saved session that does not work.

import type { Text } from '../../words/words.ts'
import { ownMember } from '../own-member.ts'

type Message = { title: Text; text: Text }

const messages: Readonly<Record<string, Message>> = {
  handoff_gone: {
    title: 'This link or code does not work any more',
    text: 'It was used, its time is over, or it was mistyped. The other device still has all: make a new one there.',
  },
  rate_limited: { title: 'Too many tries', text: 'Wait a few minutes, then try again with a new code.' },
  missing: { title: 'Enter a code', text: 'Type the code the other device shows, or open its link here.' },
  no_session: {
    title: 'Nothing is saved yet',
    text: 'Your answers are saved from the first one on. Give one, then come back here.',
  },
  session_gone: { title: 'This is not here any more', text: 'This device has no access to it any more.' },
  not_accepted: {
    title: 'This is open on too many devices',
    text: 'Remove one of them first, in the list of devices on any of them.',
  },
  effect_pending: { title: 'Something is still under way', text: 'You can delete it once that is done.' },
  not_signed_in: { title: 'Sign in first', text: 'What you want to open belongs to an account.' },
  not_found: { title: 'This is not there any more', text: 'It was deleted, by somebody or because its time was over.' },
  invalid_request: {
    title: 'This device cannot remove itself',
    text: 'To delete your answers here, start over.',
  },
}

const fallback: Message = {
  title: 'This is not available just now',
  text: 'That is our fault. What was saved stays saved. Try again in a moment.',
}

export function deviceMessage(code: string): Message {
  return ownMember(messages, code) ?? fallback
}
