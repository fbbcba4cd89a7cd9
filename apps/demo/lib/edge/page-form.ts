// Forms of pages, judged before Next reads them: it answers one that breaks off as if the shop had failed.

import { IncomingMessage } from 'node:http'

const multipart = /^\s*multipart\/form-data\s*(;|$)/i

/** True for a form with parts. The length of its body has been judged. */
export const isPageForm = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && multipart.test(headers['content-type'] ?? '')

/** Resolves to the request once its body has come; to undefined if that is not the form that it is called. */
export async function wholeForm(request: IncomingMessage): Promise<IncomingMessage | undefined> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const body = Buffer.concat(parts)
  try {
    // The parser of the platform, by which Next reads the forms of pages, too.
    await new Response(body, { headers: { 'Content-Type': request.headers['content-type'] ?? '' } }).formData()
  } catch {
    return undefined
  }
  return unread(request, body)
}

/** The same request with its body still to be read: the platform takes no stream that was read before. */
function unread(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  const copy = new IncomingMessage(request.socket)
  Object.assign(copy, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor })
  copy.push(body)
  copy.push(null)
  copy.complete = true
  return copy
}
