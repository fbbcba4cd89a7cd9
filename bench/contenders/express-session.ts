// Express, express-session, connect-redis and XState: read at the beginning, write at the end of a request.

import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createClient } from 'redis'
import { type Saved, turn } from './by-hand.ts'

declare module 'express-session' {
  interface SessionData {
    saved: Saved
  }
}

const { PORT, REDIS_URL = '' } = process.env
const client = await createClient({ url: REDIS_URL }).connect()

express()
  .use(
    session({
      store: new RedisStore({ client, ttl: 3600 }),
      secret: 'for a bench on this machine',
      resave: false,
      saveUninitialized: false,
    }),
  )
  .use(express.json())
  .post('/events', (request, response) => {
    const { next, answer } = turn(request.session.saved, request.body)
    request.session.saved = next
    response.json(answer)
  })
  .listen(Number(PORT), '127.0.0.1')
