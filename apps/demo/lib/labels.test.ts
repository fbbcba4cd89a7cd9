// Messages that name their field.

import { expect, it } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { namedMessages } from './labels.ts'

it('names the field that holds a card number, and leaves every other message as it is', () => {
  const words = wordsOf('en', undefined)
  const labels = { vatId: 'VAT number (optional)', company: 'Company name' }
  const card = 'This looks like a card number. It is not kept here.'
  expect(namedMessages(labels, { vatId: card, company: 'Enter the name of your company', other: card }, words)).toEqual(
    {
      vatId: 'VAT number: this looks like a card number. It is not kept here.',
      company: 'Enter the name of your company',
      other: card,
    },
  )
})
