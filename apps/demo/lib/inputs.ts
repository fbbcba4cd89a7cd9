// The inputs of the shop's flows, made of the request that begins them.

import 'server-only'
import type { HttpOptions } from 'dogear/http'
import { accountOf } from './accounts/index.ts'
import { assistantInput } from './assistant/input.ts'
import { checkoutInputs } from './checkout-inputs.ts'

export const inputs: NonNullable<HttpOptions['inputs']> = {
  ...checkoutInputs,
  assistant: assistantInput(accountOf),
}
