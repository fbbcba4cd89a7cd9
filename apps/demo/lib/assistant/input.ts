// The input of a conversation: the name of the account that begins it.

import type { AssistantInput } from '../../flows/assistant/context.ts'
import type { Account } from '../accounts/auth.ts'
import { report } from '../log.ts'

type AccountOf = (headers: Headers) => Promise<Account | null>

/** Somebody who is not signed in is asked for a name; so is everybody while the accounts do not answer. */
export const assistantInput =
  (accountOf: AccountOf) =>
  async ({ headers }: { headers: Headers }): Promise<AssistantInput> => ({
    name: nameOf((await accountOf(headers).catch(report)) ?? null),
  })

/** An account is called by its address, as long as that is no longer than a name may be. */
const nameOf = (account: Account | null): string | null =>
  account && account.email.length <= 60 ? account.email : null
