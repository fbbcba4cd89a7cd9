// Messages of the payment provider: they say how a charge ended that took longer than its answer.

import { charged } from '../../../lib/charged.ts'
import { verifiedMessage } from '../../../lib/payment-messages.ts'

export async function POST(request: Request): Promise<Response> {
  const message = await verifiedMessage(request)
  return new Response(null, { status: message ? await charged(message) : 401 })
}
