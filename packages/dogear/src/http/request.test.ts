// The members of a request body: which are needed, and what each may hold.

import { describe, expect, it } from 'vitest'
import { positionText } from '../position.ts'
import { toDraftBody, toEventRequest, toPosition } from './request.ts'

const opId = 'operation-1'
const mark = 'mark_-09'
const event = { type: 'details.submitted', name: 'Ada' }
const refused = expect.objectContaining({ code: 'invalid_request' })

describe('an event request', () => {
  it('is the operation, the event, and where the person was if they say so', () => {
    expect(toEventRequest({ opId, event })).toEqual({ opId, event })
    const position = { epoch: 0, revision: 3, mark: 'mark_-09' }
    const full = { opId, version: 2, step: 'details', position, fields: ['name', 'note'], event }
    expect(toEventRequest(full)).toEqual(full)
    expect(toEventRequest({ ...full, position: '0.3.mark_-09' })).toEqual(full)
    expect(toEventRequest({ opId: 'Az09_.:-'.repeat(16), event }).opId).toHaveLength(128)
  })

  it.each([
    ['null', null],
    ['an array', [{ opId, event }]],
    ['a text', 'event'],
    ['no operation id', { event }],
    ['a short operation id', { opId: '1234567', event }],
    ['a long operation id', { opId: 'x'.repeat(129), event }],
    ['spaces in the operation id', { opId: 'with space', event }],
    ['a line break at its end', { opId: 'operation-1\n', event }],
    ['a number as operation id', { opId: 12_345_678, event }],
    ['no event', { opId }],
    ['an event that is a text', { opId, event: 'details.submitted' }],
    ['an event without a type', { opId, event: { name: 'Ada' } }],
    ['an event whose type is no text', { opId, event: { type: ['details.submitted'] } }],
    ['an array for an event', { opId, event: [] }],
    ['an empty step', { opId, step: '', event }],
    ['a step that is null', { opId, step: null, event }],
    ['a very long step', { opId, step: 'x'.repeat(257), event }],
    ['a negative revision', { opId, position: { epoch: 0, revision: -1, mark }, event }],
    ['a fraction', { opId, position: { epoch: 0, revision: 1.5, mark }, event }],
    ['an unsafe integer', { opId, position: { epoch: 0, revision: 2 ** 53, mark }, event }],
    ['a position without an epoch', { opId, position: { revision: 1, mark }, event }],
    ['a fourth member of the position', { opId, position: { epoch: 0, revision: 1, mark, x: 1 }, event }],
    ['a position without a mark', { opId, position: { epoch: 0, revision: 1 }, event }],
    ['half a mark', { opId, position: { epoch: 0, revision: 1, mark: 'half' }, event }],
    ['a mark that is none', { opId, position: { epoch: 0, revision: 1, mark: 'mark\nmark' }, event }],
    ['a position that is null', { opId, position: null, event }],
    ['fields that are no list', { opId, fields: 'name', event }],
    ['a field without a name', { opId, fields: ['name', null], event }],
    ['version zero', { opId, version: 0, event }],
    ['a version that is null', { opId, version: null, event }],
    ['half a version', { opId, version: 1.5, event }],
    ['a version in words', { opId, version: 'latest', event }],
    ['members nobody asked for', { opId, event, snapshot: {} }],
  ])('is refused with %s', (_, body) => {
    expect(() => toEventRequest(body)).toThrow(refused)
  })
})

describe('a position in a form field', () => {
  it.each([
    ['0.0.', { epoch: 0, revision: 0, mark: '' }],
    ['2.17.mark_-09', { epoch: 2, revision: 17, mark: 'mark_-09' }],
  ])('%s is read', (text, position) => {
    expect(toPosition(text)).toEqual(position)
    expect(positionText(position)).toBe(text)
  })

  it.each([
    '',
    '1',
    '1.',
    '.1',
    '1.2',
    '1.2.3',
    '1.2.mark_-099',
    '-1.2.mark_-09',
    '1e3.1.mark_-09',
    ' 1.1.mark_-09',
    '0x1.1.mark_-09',
    '9007199254740993.1.mark_-09',
    '1.99999999999999999',
  ])('%j is refused', (text) => {
    expect(() => toPosition(text)).toThrow(refused)
  })
})

describe('a draft request', () => {
  it('is the operation and the values, and what is known about them', () => {
    expect(toDraftBody({ opId, values: { name: '' } })).toEqual({ opId, values: { name: '' } })
    const form = 'details.submitted'
    const full = { opId, values: { name: null }, ageMs: 1500.5, form, type: form, version: 2 }
    expect(toDraftBody(full)).toEqual(full)
  })

  it('is never older than any page can be', () => {
    expect(toDraftBody({ opId, values: {}, ageMs: { name: 5, note: Number.MAX_VALUE } }).ageMs).toEqual({
      name: 5,
      note: 400 * 24 * 3_600_000,
    })
    expect(toDraftBody({ opId, values: {}, ageMs: Number.MAX_VALUE }).ageMs).toBe(400 * 24 * 3_600_000)
  })

  it.each([
    [{ opId }],
    [{ opId, values: [] }],
    [{ values: {} }],
    [{ opId, values: {}, issues: [] }],
    [{ opId, values: {}, ageMs: -1 }],
    [{ opId, values: {}, ageMs: '1' }],
    [{ opId, values: {}, ageMs: null }],
    [{ opId, values: {}, ageMs: { name: -1 } }],
    [{ opId, values: {}, ageMs: { name: '1' } }],
    [{ opId, values: {}, form: '' }],
    [{ opId, values: {}, form: 1 }],
    [{ opId, values: {}, type: '' }],
    [{ opId, values: {}, type: 1 }],
    [{ opId, values: {}, type: 'x'.repeat(257) }],
    [{ opId, values: {}, version: -1 }],
  ])('is refused as %j', (body) => {
    expect(() => toDraftBody(body)).toThrow(refused)
  })
})
