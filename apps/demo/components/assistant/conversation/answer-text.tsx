'use client'
// The text of an answer: paragraphs, in which the numbers of passages are links to them.

import { createElement, Fragment, type ReactNode } from 'react'
import { passageUrl } from '../../../flows/assistant/pages.ts'
import { useWords } from '../../words.tsx'
import { usePassages } from '../document/passages.tsx'

/** `whole` false: more comes, so that a number that has no end yet is not shown. It is text, never HTML. */
export function AnswerText({ text, whole = true }: { text: string; whole?: boolean }) {
  const shown = whole ? text : text.replace(/\s*\[[\d,; ]*$/, '')
  const paragraphs = shown.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '')
  return paragraphs.map((paragraph, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs only ever follow those before them.
    <p key={index} dir="auto">
      {withReferences(paragraph)}
    </p>
  ))
}

function withReferences(paragraph: string): ReactNode {
  // Every second part is a list of numbers.
  const nodes = paragraph.split(/\[(\d+(?:\s*[,;]\s*\d+)*)\]/).flatMap((part, at): ReactNode[] => {
    if (at % 2 === 0) return [part]
    return part.split(/[,;]/).map((number) => createElement(Reference, { number: Number(number) }))
  })
  return createElement(Fragment, {}, ...nodes)
}

/** A link to a passage; the number as it is where the document has none of it. */
function Reference({ number }: { number: number }) {
  const { t } = useWords()
  const { count, pageOf } = usePassages()
  if (number < 1 || number > count) return `[${number}]`
  const page = pageOf(number)
  return (
    <a className="reference-link" href={passageUrl(number)}>
      {page === undefined ? t('Passage {number}', { number }) : t('Page {page}', { page })}
    </a>
  )
}
