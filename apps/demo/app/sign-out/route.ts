// Signing out as a plain form, because leaving the page clears every part that knows the account.

import { askAccounts } from '../../lib/accounts/index.ts'
import { notFromHere, seeOther } from '../../lib/forms.ts'
import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  if (!http.isFromHere(request)) return notFromHere()
  const answer = await askAccounts('/sign-out', request.headers, {})
  if (answer.ok) return seeOther('/', answer)
  const headers = { 'cache-control': 'private, no-store' }
  return new Response('Signing out did not work. Go back and try again.', { status: answer.status, headers })
}
