// The accounts as the shop uses them: the signed-in account of a request, and the calls of the forms.

import 'server-only'
import { unambiguousCookies } from 'dogear/http'
import { singleton } from 'dogear/next'
import { insecureOnLocalhost, origins, publicUrl } from '../addresses.ts'
import { clientHeader } from '../edge/address.ts'
import { serverKeys } from '../keys.ts'
import { shop } from '../shop.ts'
import { type Account, type Accounts, accountCookie, accountsPath, openAccounts } from './auth.ts'

const accounts = (): Promise<Accounts> =>
  singleton('demo.accounts', () => {
    const [key = ''] = serverKeys()
    return openAccounts({ database: shop.database(), key, publicUrl, origins, insecure: insecureOnLocalhost })
  })

/** The account a request's cookie is signed in to, or null. Without the cookie, or with two, nothing is read. */
export async function accountOf(headers: Headers): Promise<Account | null> {
  const cookie = unambiguousCookies(headers.get('cookie') ?? '')
  const name = `${accountCookie(insecureOnLocalhost)}=`
  if (!cookie.split('; ').some((pair) => pair.startsWith(name))) return null
  return (await accounts()).whose(new Headers({ cookie }))
}

/** Sends `body` to one of the accounts' own addresses, as the visitor whose `headers` these are. */
export async function askAccounts(path: string, headers: Headers, body: object): Promise<Response> {
  const own = new Headers({ 'content-type': 'application/json' })
  for (const name of ['cookie', 'origin', 'referer', 'user-agent', clientHeader]) {
    const value = headers.get(name)
    if (value !== null) own.set(name, value)
  }
  const request = new Request(`${publicUrl}${accountsPath}${path}`, {
    method: 'POST',
    headers: own,
    body: JSON.stringify(body),
  })
  return (await accounts()).handle(request)
}
