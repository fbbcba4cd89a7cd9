// The words of a page for an answer that was not taken, by the code of the problem.

const late = 'What you sent came too late, and was not taken.'

export const otherwise = 'This could not be saved just now. Keep this page open and try again.'

export const messages: Readonly<Record<string, string>> = {
  stale_step: late,
  not_accepted: late,
  finished: 'This booking is made. Its answers stay as they are.',
  too_large: 'That is more than can be saved. Shorten it, and send it again.',
  no_cookies:
    'Your browser keeps no cookie for this site, so nothing is saved. Allow cookies, then open this page again.',
  overtaken: 'This page was answered on another device.',
  session_gone: 'This was started over in another tab.',
  rewound: 'An outage on our side has lost the last changes. Check this page and send it again.',
}
