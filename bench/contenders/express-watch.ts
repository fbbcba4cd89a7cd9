// Express and XState with WATCH and MULTI, so that no update is lost; a watch needs a connection of its own.

import { randomBytes } from 'node:crypto'
import express from 'express'
import { createClientPool, WatchError } from 'redis'
import { idIn, turn } from './by-hand.ts'

const { PORT, REDIS_URL = '' } = process.env
const pool = createClientPool({ url: REDIS_URL }, { maximum: 64 })
await pool.connect()

const watched = (key: string, body: unknown) =>
  pool.execute(async (client) => {
    for (;;) {
      await client.watch(key)
      const text = await client.get(key)
      const { next, answer } = turn(text === null ? undefined : JSON.parse(text), body)
      try {
        await client.multi().set(key, JSON.stringify(next), { PX: 3_600_000 }).exec()
        return answer
      } catch (error) {
        if (!(error instanceof WatchError)) throw error
      }
    }
  })

express()
  .use(express.json())
  .post('/events', async (request, response) => {
    const known = idIn(request)
    const id = known ?? randomBytes(16).toString('base64url')
    if (!known) response.cookie('id', id, { httpOnly: true, sameSite: 'lax' })
    response.json(await watched(`watch:${id}`, request.body))
  })
  .listen(Number(PORT), '127.0.0.1')
