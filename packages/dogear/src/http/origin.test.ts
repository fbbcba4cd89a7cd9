// The origin gate as a table: every combination of headers, and whether it may change anything.

import { describe, expect, it } from 'vitest'
import { fromRequest } from './fetch.ts'
import { checkOrigin, requireHost } from './origin.ts'

const own = 'https://shop.example'
const listed = 'https://www.shop.example'

type Row = [site: string | null, origin: string | null, passes: boolean]
const anyOrigin = [null, own, listed, 'null', 'https://evil.example']

const table: Row[] = [
  // The browser's word on the site decides alone; the origin does not matter.
  ...anyOrigin.map((origin): Row => ['same-origin', origin, true]),
  ...['same-site', 'cross-site', 'none', '', 'Same-Origin', 'same-origin, same-origin', 'same-originx'].flatMap(
    (site) => anyOrigin.map((origin): Row => [site, origin, false]),
  ),
  // Without it, the origin does.
  [null, own, true],
  [null, listed, true],
  [null, null, false],
  [null, 'null', false],
  [null, '', false],
  [null, 'http://shop.example', false],
  [null, 'https://shop.example:8443', false],
  [null, 'https://shop.example.evil.example', false],
  [null, 'https://evil-shop.example', false],
  [null, 'https://sub.shop.example', false],
  [null, 'https://shop.example/', false],
  [null, 'HTTPS://SHOP.EXAMPLE', false],
  [null, `${own}, https://evil.example`, false],
  [null, 'shop.example', false],
  [null, '*', false],
  [null, 'undefined', false],
]

function toRequest(headers: Record<string, string | null>, url = `${own}/api/flows/order/events`) {
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null)
  return fromRequest(new Request(url, { method: 'POST', headers: present }))
}

describe('the origin gate', () => {
  it.each(table)('Sec-Fetch-Site %j with Origin %j passes: %j [M19]', (site, origin, passes) => {
    const check = () => checkOrigin(toRequest({ 'sec-fetch-site': site, origin }), [listed])
    if (passes) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code: 'origin_refused' }))
  })

  it('is tried with at least forty combinations', () => {
    expect(table.length).toBeGreaterThanOrEqual(40)
  })

  it.each(['x-forwarded-host', 'x-forwarded-server', 'forwarded', 'x-original-host'])(
    'does not believe %s [M20]',
    (name) => {
      const forged = toRequest({
        origin: 'https://evil.example',
        [name]: name === 'forwarded' ? 'host=evil.example' : 'evil.example',
      })
      expect(() => checkOrigin(forged, [])).toThrow(expect.objectContaining({ code: 'origin_refused' }))
    },
  )

  it('goes by the host the browser asked for, not the one the server was started with', () => {
    const url = 'http://localhost:3000/api/flows/order/events'
    expect(toRequest({ host: '127.0.0.1:3000' }, url).origin).toBe('http://127.0.0.1:3000')
    expect(toRequest({}, url).origin).toBe('http://localhost:3000')
    expect(() =>
      checkOrigin(toRequest({ host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' }, url), []),
    ).not.toThrow()
    expect(() =>
      checkOrigin(toRequest({ host: '192.168.1.5:3000', origin: 'http://localhost:3000' }, url), []),
    ).toThrow()
  })
})

describe('the host that a request is for', () => {
  const at = (origin: string) => ({ ...fromRequest(new Request('https://shop.example/')), origin })

  it.each(['https://shop.example', 'http://localhost:3000', 'http://[::1]:3000', 'https://xn--bcher-kva.example'])(
    '%s is one',
    (origin) => {
      expect(() => requireHost(at(origin))).not.toThrow()
    },
  )

  it.each(['', 'a b', '[', 'http://x', 'x@y', 'x/y', 'x?y', 'x#y', 'x\\y', 'x:99999', 'x:y', '%zz', 'x\t'])(
    '%j is none, and nothing is asked of anybody for it',
    (host) => {
      expect(() => requireHost(at(`https://${host}`))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    },
  )
})
