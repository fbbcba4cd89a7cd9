// The signed-in account, while a page renders.

import 'server-only'
import { headers } from 'next/headers'
import { cache } from 'react'
import { report } from '../log.ts'
import type { Account } from './auth.ts'
import { accountOf } from './index.ts'

/** The visitor's account, or null; also null where the accounts cannot be reached, as pages work without one. */
export const currentAccount: () => Promise<Account | null> = cache(async () => {
  try {
    return await accountOf(await headers())
  } catch (error) {
    report(error)
    return null
  }
})
