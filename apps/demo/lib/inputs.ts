// The inputs of the shop's flows, made of the request that begins them.

import 'server-only'
import type { HttpOptions } from 'dogear/http'
import type { Account } from './accounts/auth.ts'
import { accountOf } from './accounts/index.ts'
import { checkoutInputs } from './checkout-inputs.ts'
import { report } from './log.ts'

export const inputs: NonNullable<HttpOptions['inputs']> = {
  ...checkoutInputs,
  /** Somebody who is not signed in is asked for a name. */
  async assistant({ headers }) {
    return { name: nameOf((await accountOf(headers).catch(report)) ?? null) }
  },
}

/** An account is called by its address, as long as that is no longer than a name may be. */
const nameOf = (account: Account | null): string | null =>
  account && account.email.length <= 60 ? account.email : null
