// The page on which a person confirms a charge, as their bank's app would ask. Works without JavaScript.
import type { ServerResponse } from 'node:http'
import type { Confirmations } from './confirmations.ts'
import { said, type Text, type Words } from './words.ts'

const texts: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => texts[letter] ?? '')

const style = [
  'body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}',
  'button{font:inherit;padding:.5rem 1rem;margin-block:0 .5rem;margin-inline:0 .5rem}',
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
function pageOf(found: ReturnType<Confirmations['find']>, words: Words): Page {
  const t = (text: Text, values?: Readonly<Record<string, string>>) => said(words, text, values)
  if (!found) {
    const body = `<p>${t('Go back to the shop and pay again.')}</p>`
    return { status: 404, title: t('There is no payment to confirm here'), body }
  }
  const { amount, result, returnUrl, returnCode } = found
  const strong = (text: string) => `<strong><bdi>${escaped(text)}</bdi></strong>`
  if (!result) {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
    const sum = new Intl.NumberFormat(words.locale, digits).format(amount / 100)
    const body = [
      `<p>${t('A shop wants to charge your card with {amount}.', { amount: strong(sum) })}</p>`,
      `<form method="post"><button name="answer" value="confirm">${t('Confirm the payment')}</button>`,
      `<button name="answer" value="decline">${t('Decline it')}</button></form>`,
    ].join('')
    return { status: 200, title: t('Confirm your payment'), body }
  }
  const title = t(result === 'charged' ? 'You have confirmed the payment' : 'You have declined the payment')
  const back = `<p><a href="${escaped(returnUrl)}">${t('Return to the shop')}</a></p>`
  const code = returnCode
    ? `<p>${t('If the shop asks for a code, type {code}.', { code: strong(returnCode) })}</p>`
    : ''
  return { status: 200, title, body: back + code }
}

export function showConfirmation(
  response: ServerResponse,
  { confirmations, id, words }: { confirmations: Confirmations; id: string; words: Words },
): void {
  const { status, title, body } = pageOf(confirmations.find(id), words)
  const { lang, dir } = words
  const note = said(words, 'A stand-in for a payment provider: no money moves.')
  const page = [
    `<!doctype html><html lang="${lang}" dir="${dir}"><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width">',
    `<link rel="icon" href="data:,"><title>${title}</title><style>${style}</style>`,
    `<main><h1>${title}</h1>${body}<p><small>${note}</small></p></main>`,
  ]
  response.writeHead(status, { ...headers, 'content-language': lang, vary: 'accept-language' }).end(page.join(''))
}
