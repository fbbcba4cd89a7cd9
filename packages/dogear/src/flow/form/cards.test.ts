// Card numbers are told from the numbers people have every reason to type.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdsCardNumber, maskCardNumbers } from './cards.ts'

/** Test numbers as the issuers and payment providers publish them. */
const issued = [
  ['Visa', '4242424242424242'],
  ['Visa', '4111111111111111'],
  ['Visa', '4012888888881881'],
  ['Visa, 13 digits', '4222222222222'],
  ['Visa, 19 digits', '4917610000000000003'],
  ['Mastercard', '5555555555554444'],
  ['Mastercard', '5105105105105100'],
  ['Mastercard, 2 series', '2223003122003222'],
  ['American Express', '378282246310005'],
  ['American Express', '341111111111111'],
  ['Discover', '6011111111111117'],
  ['Discover', '6011000990139424'],
  ['Discover', '6445644564456445'],
  ['Diners Club', '30569309025904'],
  ['Diners Club', '38520000023237'],
  ['Diners Club', '36227206271667'],
  ['Diners Club, 16 digits', '3056930009020004'],
  ['JCB', '3566002020360505'],
  ['JCB', '3530111333300000'],
  ['UnionPay', '6200000000000005'],
  ['UnionPay, 19 digits', '6205500000000000004'],
] as const

describe.each(issued)('%s %s', (_, number) => {
  const grouped = (size: number, by: string) => (number.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(by)
  it.each([
    ['as it is', number],
    ['in groups', grouped(4, ' ')],
    ['with hyphens', grouped(4, '-')],
    ['with spaces and hyphens anywhere', grouped(3, ' - ')],
    ['digit by digit', grouped(1, ' ')],
    ['with non-breaking spaces', grouped(4, '\u00a0')],
    ['with dashes', grouped(4, '\u2013')],
    ['in full-width digits', number.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ['with space around it', `\n ${number}\t`],
    ['in a sentence', `Please charge ${number}.`],
    ['with its expiry date', `${grouped(20, '')} 12/30 123`],
    ['in brackets', `card (${number})`],
  ])('is found %s', (_, text) => {
    expect(holdsCardNumber(text)).toBe(true)
    const masked = maskCardNumbers(text)
    expect(holdsCardNumber(masked)).toBe(false)
    expect(masked).toContain('•')
    expect(masked.replace(/ 12\/30 123$/, '').replace(/\D/g, '')).toBe(number.slice(-4))
  })

  it('with a digit mistyped is none', () => {
    const wrong = `${number.slice(0, 5)}${(Number(number[5]) + 1) % 10}${number.slice(6)}`
    expect(holdsCardNumber(wrong)).toBe(false)
  })
})

describe.each([
  ['4242', '4242', '4242', '4242'],
  ['3782', '822463', '10005'],
  ['3056', '930902', '5904'],
  ['4917', '6100', '0000', '0000', '003'],
])('the groups %s %s %s', (...groups) => {
  it.each(['.', '/', '_', ',', '\u200b', '\u00ad', '\u2060', ' \u200d'])('are found with %j between them', (sign) => {
    const text = groups.join(sign)
    expect(holdsCardNumber(text)).toBe(true)
    expect(holdsCardNumber(`It is ${text}, thank you.`)).toBe(true)
    const masked = maskCardNumbers(text)
    expect(masked.replace(/\D/g, '')).toBe(groups.join('').slice(-4))
  })

  it.each([0x660, 0x6f0, 0x966, 0xe50, 0x1d7ec, 0xff10])('are found in the digits from U+%s on', (zero) => {
    const digits = groups.join('').replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
    expect(holdsCardNumber(digits)).toBe(true)
  })

  it('are none with different signs between them, or further groups', () => {
    const [first = '', ...others] = groups
    expect(holdsCardNumber(`${first}.${others.join('/')}`)).toBe(false)
    expect(holdsCardNumber(`1.${groups.join('.')}`)).toBe(false)
    expect(holdsCardNumber(`${groups.join('.')}.1`)).toBe(false)
  })
})

it('dates, amounts and addresses in a row are no card', () => {
  for (const text of [
    '30.11.2026, 12.05.2027',
    '3.569.309.025,90',
    '192.168.100.200/4242',
    '4242/2026',
    '4,242,424,242,424,242',
  ])
    expect(holdsCardNumber(text)).toBe(false)
})

it('a printed number followed by date and security code is found', () => {
  expect(holdsCardNumber('4242 4242 4242 4242 12/30 123')).toBe(true)
  expect(holdsCardNumber('No. 7: 3782 822463 10005 1230')).toBe(true)
})

it('a printed number after or between other numbers is found', () => {
  for (const number of ['4242 4242 4242 4242', '3782 822463 10005', '4222222222222']) {
    expect(holdsCardNumber(`7 ${number}`)).toBe(true)
    expect(holdsCardNumber(`31-12-2026 ${number} 123 7`)).toBe(true)
  }
})

it.each([
  ['a phone number', '+49 151 23456789'],
  ['a phone number of many digits', '+4242424242424242'],
  ['a phone number as dialled', '0049 151 2345 6789'],
  ['a phone number that ends like a card number', '0049 4222 2222 2222 2'],
  ['an order id', 'ORD-4242424242424242'],
  ['an order id with letters behind', '4242424242424242-DE'],
  ['a payment token', 'tok_4242424242424242'],
  ['twelve digits', '424242424242'],
  ['twenty digits', '42424242424242424242'],
  ['a German VAT number', 'DE123456789'],
  ['an IBAN', 'DE89370400440532013000'],
  ['an IBAN in groups', 'DE89 3704 0044 0532 0130 00'],
  ['an IBAN whose bank begins with 4', 'DE12 4405 0199 0123 4567 89'],
  ['a UUID', '550e8400-e29b-41d4-a716-446655440000'],
  ['an order number of another system', '1000000000000008'],
  ['sixteen zeros', '0000000000000000'],
  ['a time in milliseconds', '1767225600000'],
  ['a date and time', '2026-01-15 12:30:45.123'],
  ['an ISBN', '978-3-16-148410-0'],
  ['two phone numbers in two lines', '4242 4242\n4242 4242'],
  ['a postcode', '10115'],
  ['nothing', ''],
])('%s is none', (_, text) => {
  expect(holdsCardNumber(text)).toBe(false)
})

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const shapes = [
  ['4', 13],
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['2300', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['65', 16],
  ['644', 16],
  ['649', 16],
  ['35', 16],
  ['30', 14],
  ['36', 14],
  ['38', 14],
  ['39', 14],
  ['62', 16],
  ['62', 19],
] as const
const withCheckDigit = (body: string): string =>
  [...'0123456789'].map((last) => body + last).find((number) => luhn(number)) as string
function luhn(number: string): boolean {
  const doubled = [...number].reverse().map((digit, index) => (index % 2 ? Number(digit) * 2 : Number(digit)))
  return doubled.flatMap((one) => [...String(one)]).reduce((sum, digit) => sum + Number(digit), 0) % 10 === 0
}
const cards = fc
  .constantFrom(...shapes)
  .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => withCheckDigit(prefix + rest)))

it('any number of a known issuer with a right check digit is found, however it is spaced', () => {
  fc.assert(
    fc.property(cards, fc.array(fc.constantFrom('', '', '', ' ', '-', '  '), { minLength: 20 }), (number, gaps) => {
      const spaced = [...number].map((digit, index) => (index === 0 ? digit : gaps[index] + digit)).join('')
      expect(holdsCardNumber(spaced)).toBe(true)
    }),
  )
})

it('any such number with one digit changed, or within a word, is none', () => {
  fc.assert(
    fc.property(cards, fc.nat(18), fc.integer({ min: 1, max: 9 }), (number, index, by) => {
      const at = index % number.length
      const wrong = number.slice(0, at) + ((Number(number[at]) + by) % 10) + number.slice(at + 1)
      expect(holdsCardNumber(wrong)).toBe(false)
      for (const word of [`a${number}`, `${number}b`, `id-${number}`, `n_${number}`, `+${number}`])
        expect(holdsCardNumber(word)).toBe(false)
    }),
  )
})

it('a long text is looked through once', () => {
  const text = '4242 '.repeat(13_000)
  expect(holdsCardNumber(text.replaceAll('4242', '4243'))).toBe(false)
  expect(holdsCardNumber(`${'x'.repeat(60_000)} 4242424242424242`)).toBe(true)
})

describe('a text', () => {
  it.each([
    ['Pay with 4242 4242 4242 4242, please.', 'Pay with •••• •••• •••• 4242, please.'],
    ['No. 7: 3782 822463 10005 1230', 'No. 7: •••• •••••• •0005 1230'],
    ['4242424242424242 or 5555-5555-5555-4444', '••••••••••••4242 or ••••-••••-••••-4444'],
    ['4111 1111 1111 1111 5555 5555 5555 4444', '•••• •••• •••• 1111 •••• •••• •••• 4444'],
    ['Call +49 30 901820, order 1234 5678 9012 3456', 'Call +49 30 901820, order 1234 5678 9012 3456'],
    ['Größe ½, ﬁn', 'Größe ½, ﬁn'],
  ])('%j is masked as %j', (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked)
  })

  it('that is masked holds no card number, whatever is in it, and is the same if it held none', () => {
    const seen = (text: string) => text.normalize('NFKC').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    const number = fc.constantFrom(...issued.map(([, digits]) => digits))
    const piece = fc.oneof(
      number,
      fc.string({ unit: fc.constantFrom(...'0123456789 -–a.') }),
      fc.string({ unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom('', ' ', '-', ' x '), (pieces, by) => {
        const text = pieces.join(by)
        const masked = maskCardNumbers(text)
        expect(holdsCardNumber(masked)).toBe(false)
        expect(maskCardNumbers(masked)).toBe(masked)
        if (!holdsCardNumber(text)) expect(masked).toBe(text)
        else expect([...masked]).toHaveLength([...seen(text)].length)
      }),
      { numRuns: 2_000 },
    )
  })
})
