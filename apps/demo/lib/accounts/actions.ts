'use server'
// The actions of the forms to sign in and up: they return the values to show again, or redirect.

import { cookies, headers } from 'next/headers'
import { z } from 'zod'
import { writtenEmail } from '../../flows/text-fields.ts'
import type { Text } from '../../words/words.ts'
import { clientHeader } from '../edge/address.ts'
import { localPath } from '../local-path.ts'
import { http } from '../server.ts'
import { attachHere } from './attach.ts'
import { keepCookies } from './cookies.ts'
import { guessedRight, mayGuess } from './guesses.ts'
import { askAccounts } from './index.ts'

/** The values the form shows again: never a password. */
export type AccountState = { email: string; errors: Errors }

/** By the name of the field. */
type Errors = Partial<Record<'email' | 'password', Text>>

const Credentials = z.object({ email: z.string().transform(writtenEmail), password: z.string() })
const credentials = (form: FormData) =>
  Credentials.parse({ email: textOf(form, 'email'), password: textOf(form, 'password') })

/** The text of a field; a form that is written by hand may have a file there. */
function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

const tooMany = 'There were too many tries. Wait 15 minutes, then try again'
const notFromHere = 'This form did not come from a page of this shop. Type it in here'
const unavailable = 'We could not sign you in. That is our fault. Try again in a moment'

/** Somebody else's form must sign nobody in, be it to an account of theirs: what is typed then would be theirs. */
async function foreign(): Promise<Errors | undefined> {
  const sent = await headers()
  const request = new Request(`http://${sent.get('host')}/`, { method: 'POST', headers: sent })
  return http.isFromHere(request) ? undefined : { email: notFromHere }
}

export async function signIn(_: AccountState, form: FormData): Promise<AccountState> {
  const { email, password } = credentials(form)
  const errors = (await foreign()) ?? missing(email, password)
  if (errors) return { email, errors }
  const guess = { email, client: (await headers()).get(clientHeader) ?? '' }
  if (!(await mayGuess(guess))) return { email, errors: { email: tooMany } }
  const answer = await askAccounts('/sign-in/email', await headers(), { email, password })
  if (!answer.ok) return { email, errors: refused(answer.status) }
  await guessedRight(guess)
  return await enter(answer, form)
}

export async function signUp(_: AccountState, form: FormData): Promise<AccountState> {
  const { email, password } = credentials(form)
  const errors = (await foreign()) ?? missing(email, password) ?? weak(password)
  if (errors) return { email, errors }
  const answer = await askAccounts('/sign-up/email', await headers(), { email, password, name: email })
  if (answer.status === 422)
    return {
      email,
      errors: { email: 'There is an account with this email address already. Sign in, or use another address' },
    }
  if (!answer.ok) return { email, errors: refused(answer.status) }
  return await enter(answer, form)
}

/** Keeps the cookies of the new sign-in, attaches this browser's sessions to the account, and goes on. */
async function enter(answer: Response, form: FormData): Promise<never> {
  keepCookies(await cookies(), answer)
  return attachHere(localPath(form.get('next'), '/saved'))
}

/** For a person who began something without their account, and wants it there. */
export async function saveHere(): Promise<void> {
  await attachHere('/saved')
}

function missing(email: string, password: string): Errors | undefined {
  const errors: Errors = {}
  if (!z.email().safeParse(email).success) errors.email = email ? wrongFormat : 'Enter your email address'
  if (password === '') errors.password = 'Enter your password'
  return Object.keys(errors).length > 0 ? errors : undefined
}

const wrongFormat = 'Enter an email address in the correct format, like name@example.com'

function weak(password: string): Errors | undefined {
  return password.length < 8 ? { password: 'Choose a password of 8 characters or more' } : undefined
}

function refused(status: number): Errors {
  if (status === 429) return { email: tooMany }
  if (status === 401) return { password: 'The email address or the password is not right' }
  return { email: status === 400 ? wrongFormat : unavailable }
}
