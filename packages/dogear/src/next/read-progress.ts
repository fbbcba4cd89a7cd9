// The progress of effects while a server component renders: read, never written.

// With the extension, because Next has no `exports` map and Node resolves ES modules to the letter.
import { connection } from 'next/server.js'
import type { Flow } from '../flow/define.ts'
import { nameOf } from '../http/browser/spot.ts'
import type { Http } from '../http/index.ts'
import type { Progress } from '../wire.ts'
import { visitorRequest } from './visitor.ts'

/**
 * The progress of the effects under way in the visitor's session, for `withProgress`: a page that is
 * refreshed shows at once what there was. Nothing is written.
 *
 * `key` names one of several sessions of the flow. Makes the page dynamic, as it depends on the cookie. Rejects with a
 * `DogearError` if the session cannot be read; where only its progress cannot, there is none, and `onError` of the
 * engine hears of it.
 */
export async function readProgress(
  http: Http,
  flow: Pick<Flow, 'id'>,
  { key }: { key?: string | undefined } = {},
): Promise<Progress> {
  const name = nameOf({ flow: flow.id, key })
  await connection()
  return http.readProgress(name, await visitorRequest(`${http.basePath}/${encodeURIComponent(name)}`))
}
