// The page a person sees when a form without JavaScript failed.

import type { Problem } from '../wire.ts'

type Words = { title: string; advice: string; onward: string }

const later: Words = {
  title: 'Sorry, that did not go through',
  advice:
    'Nothing you entered was lost: everything you had sent before is saved, ' +
    'and what you just typed is still on the page before. Go back, wait a moment, and send it again.',
  onward: 'Continue where you were',
}
const now: Words = {
  title: 'Sorry, we could not take that',
  advice:
    'Nothing you sent before was lost, and what you just typed is still on the page before. Go back and try again.',
  onward: 'Continue where you were',
}
const cookieless: Words = {
  title: 'Your browser keeps no cookie for this site',
  advice:
    'A cookie is how we know that your answers are yours. This browser did not send ours back, so nothing of this ' +
    'page was saved. What you just typed is still on the page before. Allow cookies for this site, then begin again.',
  onward: 'Begin again',
}

/** A complete HTML document; `flowUrl`, if known, becomes a link to go on. */
export function problemPage({ code, status, detail, reference }: Problem, flowUrl: string | undefined): string {
  const { title, advice, onward } = code === 'no_cookies' ? cookieless : status >= 500 || status === 429 ? later : now
  const link = flowUrl === undefined ? '' : `<p><a href="${escapeHtml(flowUrl)}">${onward}</a></p>\n`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${advice}</p>
${link}<p><small>${escapeHtml(detail)}${reference ? ` Reference: ${escapeHtml(reference)}` : ''}</small></p>
</main>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
