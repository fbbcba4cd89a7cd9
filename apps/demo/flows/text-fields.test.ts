// Answers as people paste them: from messages, documents and tables, with what nobody sees and any script's digits.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { lengthSeen, plain } from './pasted.ts'
import { digits, email, optional, phone, postcode, required, requiredLines, vatId } from './text-fields.ts'

const name = required('Enter your name', 'Name', 10)
const age = digits('Enter the age', /^\d{1,3}$/, 'as a number like 8')
const summary = requiredLines('Tell us', 'It', 10)

const said = (schema: z.ZodType, text: string) => {
  const { data, error } = schema.safeParse(text)
  return error ? `! ${error.issues.map(({ message }) => message).join(' + ')}` : data
}

describe('a pasted answer', () => {
  it.each<[string, z.ZodType, string, string]>([
    ['marks around a name', name, '\u200bAda\ufeff', 'Ada'],
    ['directions around a name', name, '\u2066Ada\u2069\u061c', 'Ada'],
    ['a soft hyphen in a name', name, 'Love\u00adlace', 'Lovelace'],
    ['spaces of all kinds', name, '\u3000Ada\u00a0\u2009King\t', 'Ada King'],
    ['a broken line', name, 'Ada\r\nKing', 'Ada King'],
    ['accents apart from their letters', name, 'Zoe\u0308', 'Zoë'],
    ['a joiner that Persian needs', name, 'علی\u200cرضا', 'علی\u200cرضا'],
    ['the joiners of an emoji', name, '👩\u200d👩\u200d👧\u200d👦', '👩\u200d👩\u200d👧\u200d👦'],
    ['the variant of an emoji', name, 'I ❤\ufe0f', 'I ❤\ufe0f'],
    ['one space without width', name, '\u200b', '! Enter your name'],
    ['joiners alone', name, '\u200d\u200c ', '! Enter your name'],
    ['a filler of Hangul', name, '\u3164', '! Enter your name'],
    ['a variant of nothing', name, '\ufe0f', '! Enter your name'],
    ['controls alone', name, '\u0000\u0007', '! Enter your name'],
    ['ten emoji', name, '👩\u200d👩\u200d👧\u200d👦'.repeat(10), '👩\u200d👩\u200d👧\u200d👦'.repeat(10)],
    ['ten letters with accents', name, 'q\u0308\u0304'.repeat(10), 'q\u0308\u0304'.repeat(10)],
    ['eleven emoji', name, '🇬🇧'.repeat(11), '! Name must be 10 characters or fewer'],
    ['what is kept in lines', summary, ' One\r\ntwo\u200b\u2028 ', 'One\ntwo'],
    ['lines of nothing', summary, '\r\n\u200b\n', '! Tell us'],
    ['an optional mark', optional('Name', 10), '\u200b', ''],

    ['Arabic digits', age, '٣٢', '32'],
    ['full width digits', age, ' ３２\u200e', '32'],
    ['no digits', age, '\u200b', '! Enter the age'],
    ['a word', age, 'eight', '! Enter the age, as a number like 8'],

    ['hyphens of print', phone, '020‑7946–0991', '020 7946 0991'],
    ['a minus', phone, '020−7946−0991', '020 7946 0991'],
    ['slashes', phone, '030/901820', '030 901820'],
    ['other slashes', phone, '030∕901⁄820', '030 901 820'],
    ['dots', phone, '01.45.67.89.01', '01 45 67 89 01'],
    ['brackets', phone, '(020) 7946 0991', '020 7946 0991'],
    ['a nought nobody dials', phone, '+44 (0)20 7946 0991', '+44 20 7946 0991'],
    ['full width all over', phone, '＋８１（０）３‐１２３４‐５６７８', '+81 3 1234 5678'],
    ['length marks for hyphens', phone, '０３ー１２３４ー５６７８', '03 1234 5678'],
    ['Arabic digits and marks', phone, '\u202a+٩٧١ ٤ ٣٣٠ ٠٠٠٠\u202c', '+971 4 330 0000'],
    ['Persian digits', phone, '۰۲۱-۸۸۸۸ ۷۷۷۷', '021 8888 7777'],
    ['no number', phone, 'call me', '! Enter a phone number, like 020 7946 0991 or +44 20 7946 0991'],
    ['too few digits', phone, '-12345-', '! Enter a phone number, like 020 7946 0991 or +44 20 7946 0991'],
    ['a plus in the middle', phone, '020+7946', '! Enter a phone number, like 020 7946 0991 or +44 20 7946 0991'],
    ['a mark only', phone, '\u200b', ''],

    ['marks in an address', email, '\u200eada\u200b@example.org\ufeff', 'ada@example.org'],
    ['spaces at its signs', email, ' Ada @ example. org\u00a0', 'ada@example.org'],
    ['a full width address', email, 'ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ', 'ada@example.org'],
    ['a hyphen of print', email, 'ada‑king@ex–ample.org', 'ada-king@ex-ample.org'],
    ['Arabic digits in it', email, 'ada١٨١٥@example.org', 'ada1815@example.org'],
    ['a mark for an address', email, '\u2060', '! Enter your email address'],
    [
      'two words',
      email,
      'ada king@example.org',
      '! Enter an email address in the correct format, like name@example.com',
    ],

    ['a hard space', postcode, ' sw1y\u00a04jh\u200b', 'SW1Y 4JH'],
    ['a full width one', postcode, '〒１００−０００１', '100-0001'],
    ['a length mark', postcode, '１００ー０００１', '100-0001'],
    ['spaces at the hyphen', postcode, '100 – 0001', '100-0001'],
    ['a slash', postcode, 'SW1Y/4JH', 'SW1Y 4JH'],
    ['Devanagari digits', postcode, '११० ००१', '110 001'],
    ['no letter', postcode, '???', '! Enter a postcode with only letters, numbers, spaces and hyphens'],
    ['marks alone for a postcode', postcode, '\u00ad\u200d', '! Enter a postcode'],

    ['dots and spaces', vatId, 'de 123.456.789', 'DE123456789'],
    ['dashes and slashes', vatId, 'CHE‑123/456–789', 'CHE123456789'],
    ['a full width VAT number', vatId, 'ＤＥ１２３４５６７８９', 'DE123456789'],
    ['marks in it', vatId, 'DE\u200b123\u00ad456789', 'DE123456789'],
    ['nothing to see', vatId, '\u200b', ''],
  ])('with %s is understood', (_, schema, pasted, kept) => {
    expect(said(schema, pasted)).toBe(kept)
  })

  it('is the same when it is checked once more', () => {
    const schemas = [name, summary, age, phone, email, postcode, vatId]
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...schemas), (text, schema) => {
        const { success, data } = schema.safeParse(text)
        if (success) expect(schema.safeParse(data)).toEqual({ success, data })
      }),
      { numRuns: 1000 },
    )
  })
})

it.each(Intl.supportedValuesOf('numberingSystem').filter((system) => system !== 'hanidec'))(
  'reads the digits of %s',
  (system) => {
    const written = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(1_234_567_890)
    expect(plain(written)).toBe('1234567890')
  },
)

it('counts what a person sees', () => {
  expect(['', 'Ada', 'é', 'e\u0301', '👩‍👩‍👧‍👦', '🇬🇧', 'a\r\nb'].map(lengthSeen)).toEqual([0, 3, 1, 1, 1, 1, 3])
})
