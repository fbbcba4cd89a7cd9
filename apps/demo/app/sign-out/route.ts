// Signing out as a plain form, because leaving the page clears every part that knows the account.

import { askAccounts } from '../../lib/accounts/index.ts'
import { seeOther } from '../../lib/forms.ts'
import { notFromHere, refusal } from '../../lib/refusals.ts'
import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  if (!http.isFromHere(request)) return notFromHere(http, request)
  const answer = await askAccounts('/sign-out', request.headers, {})
  if (answer.ok) return seeOther('/', answer)
  const text = 'Signing out did not work. Go back and try again.'
  return refusal(http, request, { text, status: answer.status })
}
