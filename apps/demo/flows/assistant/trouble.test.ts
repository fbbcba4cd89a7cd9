// The trouble that an error of an effect means.

import { expect, it } from 'vitest'
import { isOfDocument } from './events.ts'
import { overQuotaCode, troubleOf } from './trouble.ts'

const withCode = (code: unknown) => Object.assign(new Error('no'), { code })

it.each([
  [withCode('broken_off'), { code: 'broken_off', retryAt: null }, false],
  [withCode('nonsense'), { code: 'nonsense', retryAt: null }, false],
  [withCode(overQuotaCode(1_700_000_000_000)), { code: 'over_quota', retryAt: 1_700_000_000_000 }, false],
  [withCode('over_quota'), { code: 'over_quota', retryAt: null }, false],
  [withCode('document_encrypted'), { code: 'document_encrypted', retryAt: null }, true],
  [withCode('document_lost'), { code: 'document_lost', retryAt: null }, true],
  // Failures nobody foresaw, and codes that only look like one of ours.
  [withCode('effect_timeout'), { code: 'unavailable', retryAt: null }, false],
  [withCode('over_quota:soon'), { code: 'unavailable', retryAt: null }, false],
  [withCode({ code: 'nonsense' }), { code: 'unavailable', retryAt: null }, false],
  [new Error('no'), { code: 'unavailable', retryAt: null }, false],
  ['no', { code: 'unavailable', retryAt: null }, false],
  [null, { code: 'unavailable', retryAt: null }, false],
])('%s', (error, trouble, ofDocument) => {
  expect(troubleOf(error)).toEqual(trouble)
  expect(isOfDocument(troubleOf(error))).toBe(ofDocument)
})
