// On a server nobody shares a client with anybody.

import { describe, expect, it } from 'vitest'
import { flowUrl, serve } from '../../fixtures/order.ts'
import { sharedClient } from './shared-client.ts'

describe('on a server', () => {
  it('every render has a client of its own', async () => {
    const view = await serve().engine.read('order', undefined)
    const [one, two] = [sharedClient({ url: flowUrl, view }), sharedClient({ url: flowUrl, view })]
    expect(one).not.toBe(two)
  })
})
