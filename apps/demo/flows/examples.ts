// Valid answers to every question of the shop, with which `dogear lock` explores the flows.

import type { Config } from 'dogear'

type Examples = NonNullable<NonNullable<Config['lock']>['examples']>

const address = { line1: '12 St James Square', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' }
const document = (letter: string, name: string) => ({
  document: { id: letter.repeat(32), name, size: 12_345, type: 'application/pdf' },
})
const longest = (text: string, length: number) => text.repeat(length).slice(0, length).trim()

export const examples: Examples = {
  checkout: {
    events: {
      'shipping.submitted': [{ ...address, givenName: 'Ada', familyName: 'Lovelace', email: 'ada@example.org' }],
      'delivery.submitted': [{ method: 'standard' }, { method: 'express' }],
      'payment.submitted': [
        { method: 'card', cardToken: 'tok_example', last4: '4242' },
        { method: 'invoice', company: 'Analytical Engines Ltd' },
      ],
      'charge.succeeded': [{ chargeId: 'ch_example' }],
      'charge.failed': [{ code: 'card_declined' }],
    },
    inputs: [{ knownEmail: null }, { knownEmail: 'ada@example.org' }],
    effects: {
      chargeCard: [
        { chargeId: 'ch_example' },
        { chargeId: 'ch_example', processing: true },
        { chargeId: 'ch_example', processing: true, confirmUrl: 'https://payments.example/confirm/ch_example' },
      ],
    },
  },
  application: {
    events: {
      'name.submitted': [{ fullName: 'Ada Lovelace' }],
      'contact.submitted': [{ email: 'ada@example.org' }],
      'address.submitted': [address],
      'company.submitted': [{ company: 'yes' }, { company: 'no' }],
      'person.submitted': [{ personName: 'Byron King', relation: 'child', age: '8' }],
      'person.removed': [{ person: 'p1' }],
      'people.submitted': [{ another: 'no' }, { another: 'yes' }],
      'employment.submitted': [{ employment: 'employed' }, { employment: 'studying' }, { employment: 'none' }],
      'employer.submitted': [{ employer: 'Analytical Engines Ltd', leave: 'agreed' }],
      'studies.submitted': [{ school: 'University of London' }],
      'project.submitted': [{ workTitle: 'Notes', genre: 'nonfiction', summary: 'An engine that weaves.' }],
      'published.submitted': [{ published: 'yes' }, { published: 'no' }],
      'publication.submitted': [{ bookTitle: 'Sketch', publisher: 'Taylor', year: '1943' }],
      'sample.submitted': [document('a', 'chapter-one.pdf')],
      'enrolment.submitted': [document('e', 'enrolment.pdf')],
    },
    effects: { submitApplication: [{ reference: 'DG-EXAM-0001' }] },
  },
  assistant: {
    inputs: [{ name: null }, { name: 'Ada Lovelace' }],
    events: {
      'name.given': [{ name: 'Ada Lovelace' }],
      'document.given': [
        { document: { ...document('a', 'engine.pdf').document, type: 'application/pdf', hash: 'a'.repeat(64) } },
      ],
      // Walks keep the first one that leads anywhere: two of the longest exchanges have to be condensed.
      'question.asked': [{ text: longest('What else? ', 800) }, { text: 'What does the engine weave?' }],
      'question.edited': [{ text: 'What does the loom weave?' }],
    },
    effects: {
      extract: [{ title: 'On engines', pages: 3, passages: 12, hash: 'a'.repeat(64) }],
      answer: [
        { text: longest('Algebraic patterns. ', 1_600), passages: [1, 2, 3, 4] },
        { text: 'Algebraic patterns [2].', passages: [2] },
      ],
      condense: [{ summary: 'They spoke of patterns.', page: `${'a'.repeat(32)}.said-example` }],
      forget: [null],
    },
  },
}
