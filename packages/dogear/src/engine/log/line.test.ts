// Errors in the log: by code and place, without the text of code that is not ours.

import { describe, expect, it } from 'vitest'
import { DogearError } from '../../errors.ts'
import { type LoggedError, toErrorLine } from './line.ts'

const logged = (error: unknown): LoggedError => {
  const line = toErrorLine(error)
  if (!('error' in line)) throw new Error('not the line of an error')
  return line.error
}

describe('[M61] an error in the log', () => {
  it('has the code, the message and the session of an error of ours', () => {
    const error = new DogearError('effect_failed', 'attempt 1 of 5 failed', { reference: 'Abc_-12345' })
    const at = expect.stringContaining('line.test.ts')
    expect(toErrorLine(error)).toEqual({
      ...{ name: 'error', level: 'error', session: 'Abc_-12345' },
      error: { kind: 'DogearError', code: 'effect_failed', message: 'attempt 1 of 5 failed', at },
    })
  })

  it.each<[string, unknown]>([
    ['a message', new TypeError('cannot charge CANARY')],
    ['a message over several lines', new Error('first\n    at CANARY (somewhere)\nlast')],
    ['a first word in capitals', new Error('CANARY is not a country')],
    ['a word that looks like a code', new Error('ECANARY')],
    ['members', Object.assign(new Error('x'), { input: 'CANARY', command: { args: ['CANARY'] } })],
    ['a name', Object.assign(new Error('x'), { name: 'of CANARY' })],
    ['a code', Object.assign(new Error('x'), { code: 'of CANARY' })],
    ['a cause', new Error('x', { cause: new Error('CANARY') })],
    ['the cause of an error of ours', new DogearError('flow_failed', 'it threw', { cause: new Error('CANARY') })],
    ['no error', { name: 'CANARY', message: 'CANARY' }],
    ['a text', 'CANARY'],
    ['an error that claims to be ours', Object.assign(new Error('CANARY'), { name: 'DogearError', code: 'mine' })],
  ])('says nothing of %s that a person may have typed', (_, error) => {
    expect(JSON.stringify(toErrorLine(error))).not.toContain('CANARY')
  })

  it.each<[string, Error]>([
    ['ECONNREFUSED', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['ECONNREFUSED', new Error('connect ECONNREFUSED 127.0.0.1:1')],
    ['23505', Object.assign(new Error('duplicate key'), { code: '23505' })],
    ['NOAUTH', Object.assign(new Error('NOAUTH Authentication required.'), { name: 'ReplyError' })],
  ])('keeps the code %s of a service', (code, error) => {
    expect(logged(error).code).toBe(code)
  })

  it('has a kind, whatever was thrown, and the kinds of its causes', () => {
    expect(logged('CANARY')).toEqual({ kind: 'something that is not an Error was thrown' })
    const named = Object.assign(new Error('x'), { name: 'of CANARY' })
    expect(logged(new TypeError('x', { cause: named }))).toMatchObject({ kind: 'TypeError', cause: { kind: 'Error' } })
    expect(logged(new TypeError('x'))).not.toHaveProperty('cause')
  })

  it('ends, though its causes go round in a circle', () => {
    const error = new Error('x')
    error.cause = error
    expect(JSON.stringify(logged(error)).length).toBeLessThan(2_000)
  })
})
