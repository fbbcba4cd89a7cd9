// Problems: everything a reply tells, and everything it keeps to itself.

import { describe, expect, it } from 'vitest'
import { DogearError, type DogearErrorCode, errorPage, httpStatus } from '../errors.ts'
import * as answers from './answer.ts'
import { toProblem } from './problem.ts'
import { none } from './words/ask.ts'

const codes = Object.keys(httpStatus) as DogearErrorCode[]
const notForStrangers: Partial<Record<DogearErrorCode, string>> = {
  store_unavailable: 'This cannot be done right now. Try again in a moment.',
  record_unreadable: 'This cannot be read right now. It is kept as it is.',
}

const problem = (...of: Parameters<typeof answers.problem>) => answers.inWords(answers.problem(...of), none)
const problemAsPage = (...of: Parameters<typeof answers.problemAsPage>) =>
  answers.inWords(answers.problemAsPage(...of), none)

describe('a problem', () => {
  it.each(codes)('[M68] for %s has its status, its code, a phrase for it, and the URL of its page', (code) => {
    const { problem: refused } = toProblem(new DogearError(code, 'What happened.'))
    expect(refused).toEqual({
      type: errorPage(code),
      title: expect.stringMatching(/^[A-Z]/),
      status: httpStatus[code],
      code,
      detail: notForStrangers[code] ?? 'What happened.',
    })
    expect(refused.title === 'Internal Server Error').toBe(httpStatus[code] === 500)
  })

  it('lists the issues of an error by path', () => {
    const issues = [{ path: ['email'], message: 'Enter an email address' }]
    expect(toProblem(new DogearError('invalid_event', 'No.', { issues })).problem.issues).toEqual(issues)
  })

  it.each([
    new Error('secret-4242'),
    new TypeError('secret-4242'),
    'secret-4242',
    undefined,
    { code: 'stale_step', message: 'secret-4242' },
  ])('says nothing about an error that is not ours: %s', (error) => {
    const reply = toProblem(error)
    expect(reply.problem).toMatchObject({ status: 500, code: 'internal' })
    for (const response of [problem(reply), problemAsPage(reply, '/order')]) {
      expect(response.body).not.toMatch(/secret|4242|Error:|\bat /)
    }
  })

  it('keeps the cause and the stack of one of ours to itself', () => {
    const reply = toProblem(
      new DogearError('record_unreadable', 'The record cannot be read.', { cause: new Error('secret-4242') }),
    )
    expect(problem(reply).body).not.toMatch(/secret|4242|stack|cause/)
  })

  it('tells nobody what is wrong with the store: that is for its operator', () => {
    const reply = toProblem(new DogearError('store_unavailable', 'Redis is full (maxmemory)', { retryAfterMs: 10_000 }))
    for (const response of [problem(reply), problemAsPage(reply, '/order')]) {
      expect(response.body).not.toMatch(/redis|full|memory/i)
      expect(response.headers).toMatchObject({ 'Retry-After': '10' })
    }
  })

  it('[M42] tells the same of every record that cannot be read, whatever the reason', () => {
    const bodies = ['sealed with key "k1", which this process does not have', 'changed'].map(
      (reason) => problem(toProblem(new DogearError('record_unreadable', `the record is ${reason}`))).body,
    )
    expect(new Set(bodies).size).toBe(1)
  })

  it('[M68] names the session in trouble to a person, with JavaScript and without', () => {
    const reply = toProblem(new DogearError('record_unreadable', 'It cannot be read.', { reference: 'Ab3-xyz_90' }))
    expect(JSON.parse(String(problem(reply).body))).toMatchObject({ reference: 'Ab3-xyz_90' })
    expect(problemAsPage(reply, '/order').body).toContain('Reference: Ab3-xyz_90')
  })

  it.each([
    ['store_unavailable', undefined, '2'],
    ['store_unavailable', 4200, '5'],
    ['rate_limited', 10, '1'],
    ['stale_step', 5000, null],
  ] as const)('for %s after %s ms says Retry-After: %s', (code, retryAfterMs, header) => {
    const error = new DogearError(code, 'Later.', retryAfterMs === undefined ? {} : { retryAfterMs })
    expect(problem(toProblem(error)).headers['Retry-After'] ?? null).toBe(header)
  })

  it('[M60] shows a person a whole page, in which nothing can run', () => {
    const response = problemAsPage(
      toProblem(new DogearError('store_unavailable', '<script>alert(1)</script>')),
      '/order?"><script>',
    )
    const html = response.body
    expect(html).toContain('<html lang="en">')
    expect(html).toContain('Nothing you entered was lost')
    expect(html).not.toContain('<script')
    expect(response.headers['Content-Security-Policy']).toContain("default-src 'none'")
  })
})
