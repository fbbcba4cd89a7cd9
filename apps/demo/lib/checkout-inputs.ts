// The input of an order, made of the request that begins it.

import 'server-only'
import type { HttpOptions } from 'dogear/http'
import { accountOf } from './accounts/index.ts'
import { report } from './log.ts'

export const checkoutInputs: NonNullable<HttpOptions['inputs']> = {
  /** Without an answer of the accounts an order begins as that of somebody who is not signed in. */
  async checkout({ headers }) {
    const account = await accountOf(headers).catch(report)
    return { knownEmail: account?.email ?? null }
  },
}
