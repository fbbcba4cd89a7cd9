// Cookies of one answer on their way to the next request.

import { describe, expect, it } from 'vitest'
import { cookiesAfter } from './cookies.ts'

function answer(...cookies: string[]): Response {
  const headers = new Headers()
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { headers })
}

describe('the cookies after an answer', () => {
  it('are those of before and those it set', () => {
    const after = cookiesAfter('dogear.checkout=a.b', answer('session=c%2Fd; Path=/; HttpOnly'))
    expect(after).toBe('dogear.checkout=a.b; session=c%2Fd')
  })

  it('hold a cookie that was set again once', () => {
    expect(cookiesAfter('session=old; other=1', answer('session=new; Path=/'))).toBe('other=1; session=new')
  })

  it('are only its own where there were none', () => {
    expect(cookiesAfter(null, answer('session=new'))).toBe('session=new')
  })
})
