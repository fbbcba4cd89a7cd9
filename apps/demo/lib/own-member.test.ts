// Codes of problems from an address: anybody can write any word there.

import { describe, expect, it } from 'vitest'
import { cardRefusal } from '../components/checkout/card-number.ts'
import { deviceMessage } from './devices/problems.ts'
import { messageFor } from './problems.ts'

const inherited = Object.getOwnPropertyNames(Object.prototype)

describe.each([...inherited, 'no_such_code', ''])('the code %j', (code) => {
  it('has the message of a code that nobody knows', () => {
    const pages = { noun: 'order', messages: {} } as const
    expect(messageFor(code, pages)).toEqual(messageFor('unheard-of', pages))
    expect(deviceMessage(code)).toEqual(deviceMessage('unheard-of'))
    expect(cardRefusal(code)).toEqual(cardRefusal('unheard-of'))
  })
})
