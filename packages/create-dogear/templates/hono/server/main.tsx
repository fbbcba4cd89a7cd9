// The server: pages, the routes of the flows, and a worker.
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { startWorker } from 'dogear'
import { createHttp } from 'dogear/http'
import { readStep, toFetchHandler } from 'dogear/web'
import { Hono } from 'hono'
import { booking } from '../flows/booking'
import { engineOn } from '../lib/engine'
import { NODE_ENV, PORT } from '../lib/env'
import { openStore } from '../lib/store'
import { document, failed, notFound } from './document'

const { store, close } = await openStore()
const engine = engineOn(store)
const http = createHttp({ engine, production: NODE_ENV === 'production', onError: console.error })
const flows = toFetchHandler(http)

const app = new Hono()
app.all('/api/flows/*', ({ req }) => flows(req.raw))
app.get('/', ({ redirect }) => redirect('/booking'))
app.get('/booking/*', async (context) => {
  const page = await readStep(http, booking, context.req.raw)
  if ('redirectTo' in page) return context.redirect(page.redirectTo)
  context.header('cache-control', 'private, no-store')
  return context.html(document(page.props))
})
app.use('/assets/*', serveStatic({ root: './dist' }))
app.use('/icon.svg', serveStatic({ root: './public' }))
app.notFound((context) => context.html(notFound(), 404))
app.onError((error, context) => {
  console.error(error)
  context.header('cache-control', 'no-store')
  return context.html(failed(), 500)
})

// Fires the timers nobody waits for, and takes over what a dead process began.
const worker = startWorker({ engine, onError: console.error })
const server = serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => {
  console.log(`http://localhost:${port}`)
})

process.once('SIGTERM', async () => {
  server.close()
  await worker.stop()
  await engine.close()
  await close()
  process.exit()
})
