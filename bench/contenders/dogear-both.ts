// Dogear twice in one process and on one store, with sealing and without it. The bench says which of them answers.

import { createServer } from 'node:http'
import { createEngine } from 'dogear'
import { createHttp } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { flow } from '../flow.ts'
import { limits } from '../limits.ts'
import { sealing } from './sealing.ts'
import { openStore } from './stores.ts'

/** A message of the bench: which of them answers from now on. The same message comes back once it is so. */
export type Mode = 'sealed' | 'unsealed'

const { PORT = '' } = process.env
const onError = console.error
const store = await openStore()

function listenerOf(options: object) {
  const engine = createEngine({ store, flows: [flow], ...sealing, ...options, onError })
  return createNodeListener(createHttp({ engine, production: true, limits, onError }))
}

const listeners = { sealed: listenerOf({}), unsealed: listenerOf({ sealing: 'off' }) }
let current = listeners.sealed

process.on('message', (mode: Mode) => {
  if (!(mode in listeners)) return
  current = listeners[mode]
  process.send?.(mode)
})
createServer((request, response) => current(request, response)).listen(Number(PORT), '127.0.0.1')
