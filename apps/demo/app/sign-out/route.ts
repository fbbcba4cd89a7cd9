// Signing out as a plain form, because leaving the page clears every part that knows the account.

import { askAccounts } from '../../lib/accounts/index.ts'
import { seeOther } from '../../lib/forms.ts'

export async function POST(request: Request): Promise<Response> {
  const answer = await askAccounts('/sign-out', request.headers, {})
  if (!answer.ok) return new Response('Signing out did not work. Go back and try again.', { status: answer.status })
  return seeOther('/', answer)
}
