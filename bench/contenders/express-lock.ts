// Express and XState with a lock around every turn: SET NX PX, read, write, release what is still ours.

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { createClient } from 'redis'
import { idIn, turn } from './by-hand.ts'

const { PORT, REDIS_URL = '' } = process.env
const client = await createClient({ url: REDIS_URL }).connect()
const release = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const releaseSha = await client.scriptLoad(release)

async function locked(key: string, body: unknown) {
  const lock = `${key}:lock`
  const token = randomBytes(16).toString('base64url')
  while (!(await client.set(lock, token, { NX: true, PX: 5_000 }))) await sleep(1)
  try {
    const text = await client.get(key)
    const { next, answer } = turn(text === null ? undefined : JSON.parse(text), body)
    await client.set(key, JSON.stringify(next), { PX: 3_600_000 })
    return answer
  } finally {
    await client.evalSha(releaseSha, { keys: [lock], arguments: [token] })
  }
}

express()
  .use(express.json())
  .post('/events', async (request, response) => {
    const known = idIn(request)
    const id = known ?? randomBytes(16).toString('base64url')
    if (!known) response.cookie('id', id, { httpOnly: true, sameSite: 'lax' })
    response.json(await locked(`lock:${id}`, request.body))
  })
  .listen(Number(PORT), '127.0.0.1')
