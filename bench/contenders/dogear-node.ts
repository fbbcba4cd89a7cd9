// Dogear behind the listener for Node servers.

import { createServer } from 'node:http'
import { createEngine } from 'dogear'
import { createHttp } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { flow } from '../flow.ts'
import { limits } from '../limits.ts'
import { sealing } from './sealing.ts'
import { openStore } from './stores.ts'

const { PORT = '' } = process.env
const onError = console.error
const engine = createEngine({ store: await openStore(), flows: [flow], ...sealing, onError })
const http = createHttp({ engine, production: true, limits, onError })

createServer(createNodeListener(http)).listen(Number(PORT), '127.0.0.1')
