// The end of an outage, as the visitor's own session sees it.

import 'server-only'
import { pagesAt } from '../flows/pages.ts'
import { withoutBody } from './forms.ts'
import { http } from './server.ts'

/** True if the session that the page at `pathname` shows can be read. */
export async function storeAnswers(request: Request, pathname: string): Promise<boolean> {
  const { url } = pagesAt(pathname)
  const headers = withoutBody(request.headers)
  headers.delete('accept')
  return (await http.handle(new Request(new URL(url, request.url), { headers }))).status < 500
}
