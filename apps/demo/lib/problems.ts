// What a person is told when an answer could not be taken, by the code of the problem.

export type Message = { title: string; text: string; tone: 'wrong' | 'calm' }

const kept = 'Nothing you typed is lost.'

const changedElsewhere: Message = {
  title: 'This was changed in another tab',
  text: `${kept} Send this page again to use what is on it, or go on from where the order is now.`,
  tone: 'calm',
}

const messages: Readonly<Record<string, Message>> = {
  stale_step: changedElsewhere,
  conflict: changedElsewhere,
  op_reused: changedElsewhere,
  not_accepted: {
    title: 'That page is no longer open',
    text: 'The order has moved on since you opened it, so we brought you to where it is now.',
    tone: 'calm',
  },
  session_gone: {
    title: 'This checkout was started over',
    text: 'It was closed here or in another tab. You can begin again; nothing was ordered.',
    tone: 'calm',
  },
  finished: {
    title: 'You have already placed this order',
    text: 'Its pages are closed, so that nothing is ordered or paid twice.',
    tone: 'calm',
  },
  offline: {
    title: 'We could not reach the shop',
    text: `Check your connection and send this page again. ${kept}`,
    tone: 'wrong',
  },
  provider: {
    title: 'We could not reach the payment provider',
    text: `Your card was not charged. Try again in a moment. ${kept}`,
    tone: 'wrong',
  },
}

const fallback: Message = {
  title: 'We could not save this just now',
  text: `That is our fault, not yours. Send this page again in a moment. ${kept}`,
  tone: 'wrong',
}

/** Whether the order went on without this page, so that a link to where it is now helps. */
export function movedOn(code: string | undefined): boolean {
  return code !== undefined && messages[code] === changedElsewhere
}

export function messageFor(code: string): Message {
  return messages[code] ?? fallback
}
