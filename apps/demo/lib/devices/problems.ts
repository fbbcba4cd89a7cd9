// The messages for a link, a code, a device or a saved session that does not work.

type Message = { title: string; text: string }

const messages: Readonly<Record<string, Message>> = {
  handoff_gone: {
    title: 'This link or code does not work any more',
    text: 'It was used, it has run out, or it was mistyped. Ask for a new one on the other device.',
  },
  rate_limited: { title: 'Too many tries', text: 'Wait a few minutes, then try again with a new code.' },
  missing: { title: 'Enter a code', text: 'Type the code the other device shows, or open its link here.' },
  no_session: {
    title: 'There is nothing to take along yet',
    text: 'Nothing is saved before the first answer. Fill something in, then come back here.',
  },
  session_gone: { title: 'It is not here any more', text: 'This device has no access to it.' },
  not_accepted: {
    title: 'It is open on too many devices',
    text: 'Remove one of them first: on any of these devices, open the list of devices.',
  },
  effect_pending: { title: 'Something is still under way', text: 'It can be deleted as soon as that is done.' },
  not_signed_in: { title: 'Sign in first', text: 'What is saved belongs to an account.' },
  not_found: { title: 'It is not there any more', text: 'It was deleted, or it has run out.' },
  invalid_request: {
    title: 'That could not be done',
    text: 'This device cannot remove itself. Start over to end it here.',
  },
}

const fallback: Message = {
  title: 'This is not available just now',
  text: 'That is our fault. Nothing you entered is lost; try again in a moment.',
}

export function deviceMessage(code: string): Message {
  return messages[code] ?? fallback
}
