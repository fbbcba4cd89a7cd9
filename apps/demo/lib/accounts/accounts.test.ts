// Accounts on a real embedded Postgres: in, out, and how often a password may be guessed.

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, accountsPath, openAccounts } from './auth.ts'
import { guessedRight, mayGuess } from './guesses.ts'

const publicUrl = 'http://localhost:3999'
const ada = { name: 'ada@example.org', email: 'ada@example.org', password: 'correct horse' }

let database: PGlite
let accounts: Accounts

beforeAll(async () => {
  database = new PGlite()
  accounts = await openAccounts({ database, key: 'k'.repeat(43), publicUrl, origins: [], insecure: true })
}, 60_000)

afterAll(() => database.close())

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const init = { 'content-type': 'application/json', origin: publicUrl, 'x-forwarded-for': '::1', ...headers }
  const request = new Request(`${publicUrl}${accountsPath}${path}`, {
    method: 'POST',
    headers: init,
    body: JSON.stringify(body),
  })
  return accounts.handle(request)
}

const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const whose = (cookie: string) => accounts.whose(new Headers({ cookie }))

describe('an account', () => {
  it('is signed in when it is made, on another device with its password, and nowhere with another one', async () => {
    const made = await post('/sign-up/email', ada)
    expect(await whose(cookieOf(made))).toMatchObject({ email: ada.email })
    const again = await post('/sign-in/email', ada)
    expect(await whose(cookieOf(again))).toEqual(await whose(cookieOf(made)))
    expect((await post('/sign-in/email', { ...ada, password: 'wrong horse' })).status).toBe(401)
    expect((await post('/sign-in/email', { ...ada, email: 'nobody@example.org' })).status).toBe(401)
  })

  it('is signed out at once, on this device only', async () => {
    const [here, there] = [cookieOf(await post('/sign-in/email', ada)), cookieOf(await post('/sign-in/email', ada))]
    await post('/sign-out', {}, { cookie: here })
    expect(await whose(here)).toBeNull()
    expect(await whose(there)).not.toBeNull()
  })

  it('is not entered by a cookie that was made up', async () => {
    expect(await whose('marginalia.session_token=made.up')).toBeNull()
  })

  it('keeps no password', async () => {
    const { rows } = await database.query('select * from accounts.account')
    expect(JSON.stringify(rows)).not.toContain(ada.password)
  })
})

describe('guessing a password', () => {
  it('is over after ten tries, for this account only, and begins anew with the right one', async () => {
    const tries = await Promise.all(Array.from({ length: 12 }, () => mayGuess('ada@example.org')))
    expect(tries.filter(Boolean)).toHaveLength(10)
    expect(await mayGuess('grace@example.org')).toBe(true)
    await guessedRight('ada@example.org')
    expect(await mayGuess('ada@example.org')).toBe(true)
  })
})
