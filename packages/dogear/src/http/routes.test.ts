// The addresses below the base path.

import { describe, expect, it } from 'vitest'
import { matchRoute } from './routes.ts'

describe('an address', () => {
  it.each([
    ['/api/flows/order', { resource: 'flow', flow: 'order', step: '' }],
    ['/api/flows/order/events', { resource: 'events', flow: 'order', step: '' }],
    ['/api/flows/order/drafts/your%20details', { resource: 'draft', flow: 'order', step: 'your details' }],
    ['/api/flows/or%64er', { resource: 'flow', flow: 'order', step: '' }],
  ])('%s is found', (path, route) => {
    expect(matchRoute('/api/flows', path)).toEqual(route)
  })

  it.each([
    '/',
    '/api/flows',
    '/api/flows/',
    '/api/flows/order/',
    '/api/flows//events',
    '/api/flows/order/Events',
    '/api/flows/order/events/1',
    '/api/flows/order/drafts',
    '/api/flows/order/drafts/',
    '/api/flows/%zz',
    '/api/flowsorder',
    '/other/order',
  ])('%s is not', (path) => {
    expect(matchRoute('/api/flows', path)).toBeUndefined()
  })
})
