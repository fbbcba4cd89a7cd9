// The progress of effects for a page of a server that speaks web requests.

import type { Flow } from '../flow/define.ts'
import { nameOf } from '../http/browser/spot.ts'
import type { Http } from '../http/index.ts'

/**
 * The progress of the effects under way in the session of the visitor that `request` comes from, for `initial` of
 * `withProgress`: a page that is refreshed shows at once what there was. Nothing is written.
 *
 * `key` names one of several sessions of the flow. Rejects with a `DogearError` if the session cannot be read; where
 * only its progress cannot, there is none, and `onError` of the engine hears of it.
 */
export const readProgress = (
  http: Http,
  flow: Pick<Flow, 'id'>,
  request: Request,
  { key }: { key?: string | undefined } = {},
): ReturnType<Http['readProgress']> => http.readProgress(nameOf({ flow: flow.id, key }), request)
