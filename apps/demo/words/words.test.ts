// The languages of the shop: whole, and true to the English texts they stand for.

import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { application } from '../flows/application/flow.ts'
import { assistant } from '../flows/assistant/flow.ts'
import { checkout } from '../flows/checkout/flow.ts'
import { textsOf } from '../lib/language.ts'
import { ageOf, lengthOf } from '../lib/words.ts'
import { wordsOf } from './words.ts'

const namesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

describe.each(['de', 'ar'] as const)('in %s', (lang) => {
  const texts: Readonly<Record<string, string>> = textsOf(lang) ?? {}
  const words = wordsOf(lang, texts)

  it('every text has the values of its English', () => {
    for (const [english, text] of Object.entries(texts))
      expect([english, namesIn(text)]).toEqual([english, namesIn(english)])
  })

  it.each([checkout, application, assistant])('every step of a flow has a title', ({ steps }) => {
    expect(steps.map(({ title }) => title).filter((title) => !Object.hasOwn(texts, title))).toEqual([])
  })

  it.each([checkout, application, assistant])('every refusal of an empty form is said', ({ events }) => {
    const messages = Object.values(events).flatMap((schema) => {
      const result = schema['~standard'].validate({})
      return 'issues' in result ? (result.issues ?? []).map(({ message }) => message) : []
    })
    // The part of a submission that no person types.
    const typed = messages.filter((message) => !/^Invalid (input|string)/.test(message))
    expect(typed.length).toBeGreaterThan(0)
    expect(typed.filter((message) => !Object.hasOwn(texts, message))).toEqual([])
  })

  it('what is no text of the shop stays as it is', () => {
    expect(words.any('constructor')).toBe('constructor')
  })
})

it('counts time in the plural of its language', () => {
  const german = wordsOf('de', textsOf('de'))
  const arabic = wordsOf('ar', textsOf('ar'))
  expect(lengthOf(14 * 60_000, german)).toBe('14 Minuten')
  expect(ageOf(86_400_000, german)).toBe('vor 1 Tag')
  expect(lengthOf(14 * 60_000, arabic)).toBe('14 دقيقة')
  expect(ageOf(3 * 60_000, arabic)).toBe('قبل 3 دقائق')
})

it('puts elements where the language has them', () => {
  const said = wordsOf('de', textsOf('de')).rich('Go on from {step}', { step: createElement('em', {}, 'Zahlung') })
  expect(renderToString(createElement('p', {}, said)).replaceAll('<!-- -->', '')).toBe(
    '<p>Weiter bei „<em>Zahlung</em>“</p>',
  )
})
