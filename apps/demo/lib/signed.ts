// The signature of a message, as Standard Webhooks have it (https://www.standardwebhooks.com).

import { createHmac, timingSafeEqual } from 'node:crypto'

/** True if a message was signed with the secret that we share, at most five minutes ago. */
export function isSigned(headers: Headers, body: string, secret: string): boolean {
  const [id, at, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`) ?? '')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest()
  const matches = (given: Buffer) => given.length === expected.length && timingSafeEqual(given, expected)
  const isFresh = Math.abs(Date.now() / 1000 - Number(at)) < 300
  const given = (signatures ?? '').split(' ').map((one) => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
  return key.length > 0 && isFresh && given.some(matches)
}
