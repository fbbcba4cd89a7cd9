// A form without JavaScript, read the way its author meant it.

import { describe, expect, it } from 'vitest'
import { parseFields as parseFieldsOf, parseForm as parseFormOf } from './form.ts'

const parseForm = (text: string) => parseFormOf(text, 1000)
const parseFields = (text: string, names: readonly string[]) => parseFieldsOf(text, names, 1000)

const head = 'dogear.opId=operation-1&dogear.type=details.submitted'
const refused = expect.objectContaining({ code: 'invalid_request' })

describe('a form', () => {
  it('is an event: reserved fields say which, the others are its payload', () => {
    expect(
      parseForm(`${head}&dogear.step=details&dogear.position=0.3.marked-3&name=Ada+L.&email=ada%40example.org`),
    ).toEqual({
      request: {
        opId: 'operation-1',
        step: 'details',
        position: { epoch: 0, revision: 3, mark: 'marked-3' },
        event: { type: 'details.submitted', name: 'Ada L.', email: 'ada@example.org' },
      },
      values: { name: 'Ada L.', email: 'ada@example.org' },
    })
  })

  it('says which version of the flow its page was made for, if it does', () => {
    expect(parseForm(`${head}&dogear.version=2`).request).toMatchObject({
      version: 2,
      event: { type: 'details.submitted' },
    })
    for (const version of ['0', '-1', '1.5', '1e3', 'x', '99999999999999999'])
      expect(() => parseForm(`${head}&dogear.version=${version}`)).toThrow(refused)
  })

  it.each(['opId', 'version', 'step', 'position'])('may have a field of its own called %s', (name) => {
    const { request, values } = parseForm(`${head}&${name}=own`)
    expect([request, values]).toEqual([
      { opId: 'operation-1', event: { type: 'details.submitted', [name]: 'own' } },
      { [name]: 'own' },
    ])
  })

  it('of a page from before the prefix is understood', () => {
    const earlier = 'opId=operation-1&version=2&step=details&position=0.3.marked-3&type=details.submitted&name=Ada'
    expect(parseForm(earlier)).toEqual({
      request: {
        opId: 'operation-1',
        version: 2,
        step: 'details',
        position: { epoch: 0, revision: 3, mark: 'marked-3' },
        event: { type: 'details.submitted', name: 'Ada' },
      },
      values: { name: 'Ada' },
    })
  })

  it('names the one of several forms of its event', () => {
    expect(parseForm('dogear.opId=operation-1&dogear.type=row.sent%237&name=Ada').request).toEqual({
      opId: 'operation-1',
      form: 'row.sent#7',
      event: { type: 'row.sent', name: 'Ada' },
    })
  })

  it('leaves out what another version of Dogear says in a field of its own', () => {
    expect(parseForm(`${head}&dogear.later=x&name=Ada`).values).toEqual({ name: 'Ada' })
  })

  it('makes an array of a field that comes more than once', () => {
    expect(parseForm(`${head}&extras=gift&extras=card&extras=`).values).toEqual({ extras: ['gift', 'card'] })
  })

  it('leaves out what was left empty, also a step or a position', () => {
    expect(parseForm(`${head}&note=&dogear.step=&dogear.position=`).request).toEqual({
      opId: 'operation-1',
      event: { type: 'details.submitted' },
    })
  })

  it('keeps a single space, which somebody typed', () => {
    expect(parseForm(`${head}&note=+`).values).toEqual({ note: ' ' })
  })

  it('turns the line breaks of the wire into those of a script', () => {
    expect(parseForm(`${head}&note=one%0D%0Atwo`).values).toEqual({ note: 'one\ntwo' })
  })

  it('survives broken percent signs', () => {
    expect(parseForm(`${head}&note=100%&more=%zz`).values).toEqual({ note: '100%', more: '%zz' })
  })

  it.each([
    ['nothing in it', ''],
    ['no operation id', 'dogear.type=details.submitted'],
    ['no type', 'dogear.opId=operation-1'],
    ['no type but a field of its own of that name', 'dogear.opId=operation-1&type=details.submitted'],
    ['a short operation id', 'dogear.opId=1&dogear.type=details.submitted'],
    ['two operation ids', `${head}&dogear.opId=operation-2`],
    ['two types', `${head}&dogear.type=order.placed`],
    ['a position that is none', `${head}&dogear.position=1`],
    ['a field named __proto__', `${head}&__proto__=1`],
    ['a field named constructor', `${head}&constructor=1`],
    ['a field named prototype', `${head}&prototype=1`],
    ['a thousand fields and one', `${head}${'&a=1'.repeat(999)}`],
  ])('is refused with %s', (_, text) => {
    expect(() => parseForm(text)).toThrow(refused)
  })

  it.each([
    ['a value', (length: number) => `note=${'a'.repeat(length)}`],
    ['one value of a list', (length: number) => `extras=b&extras=${'a'.repeat(length)}`],
    ['a name', (length: number) => `${'a'.repeat(length)}=b`],
    ['a name without a value', (length: number) => 'a'.repeat(length)],
    ['a line break as one character', (length: number) => `note=%0D%0A${'a'.repeat(length - 1)}`],
  ])('is read with %s up to the longest text there may be, and refused past it [M54]', (_, body) => {
    expect(() => parseForm(`${head}&${body(1000)}`)).not.toThrow()
    expect(() => parseForm(`${head}&${body(1001)}`)).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => parseFields(body(1000), ['code'])).not.toThrow()
    expect(() => parseFields(body(1001), ['code'])).toThrow(expect.objectContaining({ code: 'too_large' }))
  })
})

describe('the fields of a form', () => {
  it('are those that were asked for and filled in', () => {
    expect(parseFields('code=ABCDE-12345&token=&replace=true&button=Continue', ['code', 'token', 'replace'])).toEqual({
      code: 'ABCDE-12345',
      replace: 'true',
    })
  })

  it.each(['code=a&code=b', '__proto__=a', `a=${'&a='.repeat(1000)}`])('are refused in %j', (text) => {
    expect(() => parseFields(text, ['code'])).toThrow(refused)
  })
})
