// Attaches the sessions of this browser to the account that has just signed in.

import 'server-only'
import { withoutBody } from '../forms.ts'
import { http } from '../server.ts'

/** Attaches this browser's sessions, as the visitor whose `headers` these are, with the `cookie` they have by now. */
export async function attachSessions(headers: Headers, cookie: string): Promise<void> {
  const own = withoutBody(headers)
  own.delete('accept')
  own.set('cookie', cookie)
  own.set('content-type', 'application/json')
  const scheme = headers.get('x-forwarded-proto')?.startsWith('https') ? 'https' : 'http'
  const url = `${scheme}://${headers.get('host')}${http.basePath}/attach`
  // A refusal is ignored: the person is signed in, and the next answer attaches its session.
  await http.handle(new Request(url, { method: 'POST', headers: own, body: '{}' }))
}
