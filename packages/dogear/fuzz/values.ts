// Values that have broken servers: odd text, odd numbers, names of what is inside, ids of somebody else.

import fc from 'fast-check'

/** Text that stands for something of the victim's: see `filledIn`. */
export const borrowed = [
  '{ada.id}',
  '{ada.device}',
  '{ada.tag}',
  '{ada.selector}',
  '{ada.mark}',
  '{ada.token}',
] as const

const types = [
  'xstate.done.actor.hold',
  'xstate.error.actor.hold',
  'xstate.after.offer.review',
  'xstate.init',
  'xstate.stop',
  'xstate.route',
  'done.invoke.hold',
  '*',
  'travellers.*',
  'trip.held',
  'trip․held',
  'trịp.held',
  'TRIP.HELD',
  'travellers.given#two',
  'ada-pays',
  'review',
  'holding',
]
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  'type',
]
const markup = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '﹤img src=x﹥',
  '\x1b]8;;https://evil.example\x07',
]
const controls = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nSet-Cookie: a=b',
  '\r\n\r\n',
  '\t',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\udfff\ud800',
  '\u2028',
]
const paths = [
  '..',
  '../..',
  '%2e%2e',
  '%00',
  '%zz',
  '%',
  '//evil.example',
  'https://evil.example/',
  '\\\\evil.example',
  '{a}',
]
const odd = [
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e999',
  '0x10',
  '9007199254740993',
  '0.2.AAAAAAAA',
  '1.1.1',
  'A'.repeat(300),
]
const long = ['A'.repeat(10_000), 'é'.repeat(40_000), '['.repeat(5_000)]

export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...types, ...names, ...markup, ...controls, ...paths, ...odd, ...borrowed) },
  { weight: 1, arbitrary: fc.constantFrom(...long) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)

const numbers = [0, -0, -1, 1.5, 1e21, 1e308, 2 ** 53, -(2 ** 31), Number.MIN_VALUE]

const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))

/** Values that JSON can say, and a few things that it says as something else. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, {}, [], [[]], [null], ...numbers) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map(nested) },
  { weight: 1, arbitrary: fc.constantFrom(2, 900, 1_001, 4_000).map(wide) },
)

function nested(depth: number): unknown {
  let inner: unknown = 1
  for (let level = 0; level < depth; level++) inner = level % 2 ? [inner] : { a: inner }
  return inner
}

/** Names of members or fields. */
export const name: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['people[0].name', 'people[99999999].name', 'people[0]', 'people[]', 'people[x].name', 'people.name', 'people'],
    ...['a.__proto__.b', 'people[__proto__].name', 'address[constructor][prototype]', 'address.street', 'address', '['],
    ...['a'.repeat(60).split('').join('.'), 'dogear.opId', 'dogear.type', 'dogear.position', 'dogear.extra', 'opId'],
    ...['event', 'values', 'position', 'fields', 'form', 'step', 'session', 'token', 'code', 'replace', 'mode', 'paid'],
    ...names,
  ),
  text,
)
