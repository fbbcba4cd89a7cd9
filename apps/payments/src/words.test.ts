// The provider's pages in the language of their reader.
import { expect, test } from 'vitest'
import arabic from '../words/ar.json' with { type: 'json' }
import german from '../words/de.json' with { type: 'json' }
import { said, wordsFor } from './words.ts'

test.each([
  ['en', null, undefined],
  ['en', null, ''],
  ['en', null, 'fr'],
  ['en', null, 'en-US,en;q=0.9,de;q=0.8'],
  ['de', null, 'fr,de-AT;q=0.7,en;q=0.3'],
  ['ar', null, 'en;q=0.2,ar-EG;q=0.9,de;q=0.5'],
  ['en', null, 'de;q=0,*'],
  ['en', null, 'de;q=x'],
  ['de', 'de', 'ar'],
  ['ar', 'AR', 'de'],
  ['de', 'toString', 'de'],
  ['en', '__proto__', undefined],
])('are %s where the shop says %j and the browser %j', (lang, shop, browser) => {
  expect(wordsFor(shop, browser).lang).toBe(lang)
})

test('have every text, sorted, with the values of its English', () => {
  const namesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name)
  expect(Object.keys(arabic)).toEqual(Object.keys(german))
  expect(Object.keys(german)).toEqual(Object.keys(german).sort())
  for (const texts of [german, arabic])
    for (const [english, text] of Object.entries(texts)) {
      expect([english, namesIn(text)]).toEqual([english, namesIn(english)])
      expect(text).not.toBe(english)
    }
})

test('have values where the language has them', () => {
  const amount = { amount: '42,00' }
  expect(said(wordsFor('de', ''), 'A shop wants to charge your card with {amount}.', amount)).toBe(
    'Ein Geschäft möchte Ihre Karte mit 42,00 belasten.',
  )
  expect(said(wordsFor('en', ''), 'A shop wants to charge your card with {amount}.', amount)).toContain('42,00')
})
