// Names of devices, from honest headers and from hostile ones.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceLabel } from './device-label.ts'

const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('the name of a device', () => {
  it.each([
    [
      'Safari on iPhone',
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webkit} Version/17.4 Mobile/15E148 Safari/604.1`,
    ],
    [
      'Chrome on iPhone',
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${webkit} CriOS/124.0.0.0 Mobile/15E148 Safari/604.1`,
    ],
    [
      'Safari on iPad',
      `Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) ${webkit} Version/16.6 Mobile/15E148 Safari/604.1`,
    ],
    ['Safari on macOS', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.1 Safari/605.1.15`],
    ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/131.0.0.0 Safari/537.36`],
    [
      'Edge on Windows',
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    ],
    ['Firefox on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0'],
    ['Firefox on Android', 'Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0'],
    ['Chrome on Android', `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${blink} Chrome/131.0.0.0 Mobile Safari/537.36`],
    [
      'Samsung Internet on Android',
      `Mozilla/5.0 (Linux; Android 14; SM-S928B) ${blink} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
    ],
    ['Chrome on Chrome OS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/131.0.0.0 Safari/537.36`],
    ['Chrome on Linux', `Mozilla/5.0 (X11; Linux x86_64) ${blink} HeadlessChrome/131.0.0.0 Safari/537.36`],
    ['Browser on Windows', 'Made Up/1.0 (Windows NT 10.0)'],
    ['Unknown browser', 'curl/8.0'],
    ['Unknown browser', ''],
    ['Unknown browser', null],
  ])('is %s', (label, userAgent) => {
    expect(deviceLabel(userAgent)).toBe(label)
  })

  it('is one of a few words, whatever the header says', () => {
    const hostile = [
      '<script>alert(1)</script>/1.0 (Windows NT 10.0)',
      'Call 555-1234 to unlock/1.0 (Windows NT 10.0)',
      '\u001b]8;;http://evil.example\u0007 Chrome/1',
      '=cmd()/1.0',
      `Chrome/${'9'.repeat(100_000)}`,
      ...['(', 'version/', 'a/1 ', ' ', 'Mozilla/5.0 (', '\u0000', 'Safari '].map((part) => part.repeat(20_000)),
    ]
    for (const header of hostile) expect(deviceLabel(header)).toMatch(/^[A-Z][\w .-]{0,31}$/)
    fc.assert(fc.property(fc.string(), (header) => void expect(deviceLabel(header)).toMatch(/^[A-Z][\w .-]{0,31}$/)))
  })
})
