// The page on which a person confirms a charge, as their bank's app would ask. Works without JavaScript.
import type { ServerResponse } from 'node:http'
import type { Confirmations } from './confirmations.ts'

const texts: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => texts[letter] ?? '')

const style = [
  'body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}',
  'button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0}',
].join('')

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // The link back holds a secret in its fragment, and the address of this page names the charge.
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

type Page = { status: number; title: string; body: string }

/** Asks, or says what was answered and leads back. */
function pageOf(found: ReturnType<Confirmations['find']>): Page {
  if (!found) {
    const body = '<p>Go back to the shop and pay again.</p>'
    return { status: 404, title: 'There is no payment to confirm here', body }
  }
  const { amount, result, returnUrl, returnCode } = found
  if (!result) {
    const body = [
      `<p>A shop wants to charge your card with <strong>${(amount / 100).toFixed(2)}</strong>.</p>`,
      '<form method="post"><button name="answer" value="confirm">Confirm the payment</button>',
      '<button name="answer" value="decline">Decline it</button></form>',
    ].join('')
    return { status: 200, title: 'Confirm your payment', body }
  }
  const title = result === 'charged' ? 'You have confirmed the payment' : 'You have declined the payment'
  const back = `<p><a href="${escaped(returnUrl)}">Return to the shop</a></p>`
  const code = returnCode ? `<p>If the shop asks for a code, type <strong>${escaped(returnCode)}</strong>.</p>` : ''
  return { status: 200, title, body: back + code }
}

export function showConfirmation(response: ServerResponse, confirmations: Confirmations, id: string): void {
  const { status, title, body } = pageOf(confirmations.find(id))
  const page = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<link rel="icon" href="data:,"><title>${title}</title><style>${style}</style>`,
    `<main><h1>${title}</h1>${body}<p><small>A stand-in for a payment provider: no money moves.</small></p></main>`,
  ]
  response.writeHead(status, headers).end(page.join(''))
}
