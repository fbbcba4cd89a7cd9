// The page a person sees when a form without JavaScript failed.

import type { Problem } from '../wire.ts'
import { completed, english } from './words/catalogue.ts'
import { detailIn, type Said } from './words/said.ts'

/** A complete HTML document; `flowUrl`, if known, becomes a link to go on. */
export function problemPage(
  problem: Problem,
  { flowUrl, words }: { flowUrl: string | undefined; words: Said },
): string {
  const { lang, dir, page } = words ? completed(words) : english
  const { code, status, reference } = problem
  const kind = code === 'no_cookies' ? 'cookie' : status >= 500 || status === 429 ? 'later' : 'refused'
  const [title, advice] = [escapeHtml(page[`${kind}Title`]), escapeHtml(page[`${kind}Advice`])]
  const onward = escapeHtml(kind === 'cookie' ? page.beginAgain : page.onward)
  const link = flowUrl === undefined ? '' : `<p><a href="${escapeHtml(flowUrl)}">${onward}</a></p>\n`
  // A name of letters and signs would be torn apart between words that run from right to left.
  const named = reference && (dir === 'rtl' ? `<bdi>${escapeHtml(reference)}</bdi>` : escapeHtml(reference))
  return `<!doctype html>
<html lang="${lang}"${dir === 'rtl' ? ' dir="rtl"' : ''}>
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
${link}<p><small>${detailOf(problem, words)}${named ? ` ${escapeHtml(page.reference)} ${named}` : ''}</small></p>
</main>
</body>
</html>
`
}

/** The detail in the language of the page, else as English inside of it. */
function detailOf(problem: Problem, words: Said): string {
  const said = words && detailIn(words, problem)
  if (said !== undefined) return escapeHtml(said)
  const detail = escapeHtml(problem.detail)
  return words && !/^en\b/i.test(words.lang) ? `<span lang="en" dir="ltr">${detail}</span>` : detail
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
