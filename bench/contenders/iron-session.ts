// Express, iron-session and XState: the whole state travels in a sealed cookie.

import express from 'express'
import { getIronSession } from 'iron-session'
import { type Saved, turn } from './by-hand.ts'

const { PORT } = process.env
const options = {
  password: 'a password of thirty-two characters',
  cookieName: 'iron',
  cookieOptions: { secure: false },
}

express()
  .use(express.json())
  .post('/events', async (request, response) => {
    const session = await getIronSession<{ saved?: Saved }>(request, response, options)
    const { next, answer } = turn(session.saved, request.body)
    session.saved = next
    await session.save()
    response.json(answer)
  })
  .listen(Number(PORT), '127.0.0.1')
