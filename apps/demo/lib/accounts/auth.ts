// Accounts: better-auth with an email address and a password. Opened by the first request that needs it.

import { createHmac } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { clientHeader } from '../edge/address.ts'
import { accountsDialect, accountsSchema } from './database.ts'

export type Account = { id: string; email: string }

export type Accounts = {
  /** Answers a request below `accountsPath`, with the library's own checks: origin, limits, validation. */
  handle(request: Request): Promise<Response>
  /** The account of the session in the `Cookie` header, or null. */
  whose(headers: Headers): Promise<Account | null>
}

export const accountsPath = '/api/accounts'

/** The name of the cookie, which no other host of the domain can set: the prefix makes the browser see to that. */
export const accountCookie = (insecure: boolean): string => `${cookiePrefix(insecure)}.session_token`

const cookiePrefix = (insecure: boolean) => (insecure ? 'marginalia' : '__Host-marginalia')

type AccountsOptions = {
  database: Pool | PGlite
  /** Signs the cookies. */
  key: string
  publicUrl: string
  origins: readonly string[]
  /** Set where the browser reaches the server by plain http. */
  insecure: boolean
}

export async function openAccounts(options: AccountsOptions): Promise<Accounts> {
  const { database, key, publicUrl, origins, insecure } = options
  const dialect = accountsDialect(database)
  const auth = betterAuth({
    appName: 'Marginalia',
    basePath: accountsPath,
    baseURL: publicUrl,
    trustedOrigins: [...origins],
    // Derived from the key, so that the secret that signs cookies opens nothing else.
    secret: createHmac('sha256', key).update('accounts').digest('base64url'),
    database: { dialect, type: 'postgres', schemaName: accountsSchema, transaction: false },
    emailAndPassword: { enabled: true, minPasswordLength: 8, autoSignIn: true },
    session: { expiresIn: 30 * 24 * 60 * 60, disableSessionRefresh: true },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 60,
      customRules: { '/sign-in/email': { window: 60, max: 20 }, '/sign-up/email': { window: 60, max: 20 } },
    },
    advanced: {
      cookiePrefix: cookiePrefix(insecure),
      // This option would put another prefix before the name.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: !insecure },
      // Set by the shop itself, from the connection: see `askAccounts`.
      ipAddress: { ipAddressHeaders: [clientHeader] },
    },
    telemetry: { enabled: false },
    logger: { level: 'error' },
  })
  await new Kysely({ dialect }).schema.createSchema(accountsSchema).ifNotExists().execute()
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()
  return {
    handle: (request) => auth.handler(request),
    async whose(headers) {
      const found = await auth.api.getSession({ headers })
      return found && { id: found.user.id, email: found.user.email }
    },
  }
}
