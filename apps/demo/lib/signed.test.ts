// Messages of the payment provider are believed only with its signature.

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSigned } from './signed.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const body = '{"type":"charge.succeeded"}'
const now = () => Math.floor(Date.now() / 1000)

function signed({ id = 'evt_1', at = String(now()), key = secret, text = body } = {}): Record<string, string> {
  const mac = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64')).update(`${id}.${at}.${text}`)
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${mac.digest('base64')}` }
}
const check = (headers: Record<string, string>, text = body, key = secret) => isSigned(new Headers(headers), text, key)

describe('a message', () => {
  it('is believed with the signature of the secret that we share, also beside one of another secret', () => {
    expect(check(signed())).toBe(true)
    const own = signed()
    const both = `v1,${Buffer.alloc(32).toString('base64')} ${own['webhook-signature']}`
    expect(check({ ...own, 'webhook-signature': both })).toBe(true)
    expect(check(signed({ at: String(now() - 290) }))).toBe(true)
  })

  it.each<[string, Record<string, string>]>([
    ['without headers', {}],
    ['without a signature', { ...signed(), 'webhook-signature': '' }],
    ['of another secret', signed({ key: `whsec_${Buffer.alloc(32, 8).toString('base64')}` })],
    ['of another text', signed({ text: '{}' })],
    ['under another id', { ...signed(), 'webhook-id': 'evt_2' }],
    ['of another time', { ...signed(), 'webhook-timestamp': String(now() - 1) }],
    ['that is older than five minutes', signed({ at: String(now() - 301) })],
    ['from the future', signed({ at: String(now() + 360) })],
    ['without a time', signed({ at: '' })],
    ['of no time', signed({ at: 'soon' })],
    ['whose signature is cut short', { ...signed(), 'webhook-signature': 'v1,AAAA' }],
  ])('%s is not', (_, headers) => {
    expect(check(headers)).toBe(false)
  })

  it('is never believed while there is no secret', () => {
    expect(check(signed({ key: 'whsec_' }), body, '')).toBe(false)
  })
})
