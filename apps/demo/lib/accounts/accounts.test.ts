// Accounts on a real embedded Postgres: in, out, and how often a password may be guessed.

import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assistantInput } from '../assistant/input.ts'
import { clientHeader } from '../edge/address.ts'
import { type Accounts, accountCookie, accountsPath, openAccounts } from './auth.ts'
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
  const init = { 'content-type': 'application/json', origin: publicUrl, [clientHeader]: '::1', ...headers }
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

  it('gives a conversation its name; who has none, or too long a one for a name, is asked', async () => {
    const inputOf = assistantInput((headers) => accounts.whose(headers))
    const begun = (cookie: string) => inputOf({ headers: new Headers({ cookie }) })
    expect(await begun(cookieOf(await post('/sign-in/email', ada)))).toEqual({ name: ada.email })
    const long = { ...ada, email: `${'a'.repeat(50)}@example.org` }
    expect(await begun(cookieOf(await post('/sign-up/email', long)))).toEqual({ name: null })
    expect(await begun('marginalia.session_token=made.up')).toEqual({ name: null })
    expect(await begun('')).toEqual({ name: null })
  })

  it('keeps no password', async () => {
    const { rows } = await database.query('select * from accounts.account')
    expect(JSON.stringify(rows)).not.toContain(ada.password)
  })
})

it('where cookies are secure, its cookie is one that no other host of the domain can set [M13]', async () => {
  const safe = await openAccounts({
    ...{ database, key: 'k'.repeat(43), publicUrl: 'https://shop.example', origins: [], insecure: false },
  })
  const headers = { 'content-type': 'application/json', origin: 'https://shop.example', [clientHeader]: '::1' }
  const body = JSON.stringify({ ...ada, email: 'safe@example.org' })
  const made = await safe.handle(
    new Request(`https://shop.example${accountsPath}/sign-up/email`, { method: 'POST', headers, body }),
  )
  const set = made.headers.getSetCookie()
  expect(set).toHaveLength(1)
  for (const part of [accountCookie(false), 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
    expect(set[0]).toContain(part)
  expect(accountCookie(false)).toMatch(/^__Host-/)
  expect(set[0]).not.toMatch(/domain=/i)
  expect(await safe.whose(new Headers({ cookie: cookieOf(made) }))).toMatchObject({ email: 'safe@example.org' })
})

describe('guessing a password', () => {
  const email = 'ada@example.org'
  const tries = async (count: number, guess: (index: number) => { email: string; client: string }) =>
    (await Promise.all(Array.from({ length: count }, (_, index) => mayGuess(guess(index))))).filter(Boolean).length

  it('is over after ten tries of one client, for this account only, and begins anew with the right one', async () => {
    const guess = { email, client: '192.0.2.1' }
    expect(await tries(12, () => guess)).toBe(10)
    expect(await mayGuess({ ...guess, email: 'grace@example.org' })).toBe(true)
    await guessedRight(guess)
    expect(await mayGuess(guess)).toBe(true)
  })

  it('by one person locks nobody else out, of this account or another [M77]', async () => {
    const client = '192.0.2.2'
    expect(await tries(1000, () => ({ email, client }))).toBe(10)
    expect(await tries(1000, (index) => ({ email: `${index}@example.org`, client }))).toBeLessThanOrEqual(40)
    expect(await mayGuess({ email, client: '192.0.2.3' })).toBe(true)
  })

  it('by very many together comes to an end as well', async () => {
    const guess = (index: number) => ({ email: 'many@example.org', client: `198.51.100.${index % 200}` })
    expect(await tries(2000, guess)).toBe(500)
  })
})
