// The requests about documents: a form that hands one in as an event of a flow, and the download for its owner.

import { createHash, randomUUID } from 'node:crypto'
import { access, constants } from 'node:fs/promises'
import type { Problem } from 'dogear'
import type { Http } from 'dogear/http'
import type { DocumentRef } from '../../flows/documents.ts'
import { withCookiesOf, withoutBody } from '../forms.ts'
import { notFromHere } from '../refusals.ts'
import type { DocumentForm, DocumentPages, FlowView } from './form.ts'
import { readUploadForm } from './multipart.ts'
import { asAttachment } from './names.ts'
import { notFound, type Replies, repliesTo, unavailable } from './replies.ts'
import { isMissing, type Received, type Uploads } from './uploads.ts'

export type DocumentRoutes = {
  /** `POST` to the name of a form: the fields of an event's form, and the file as `document`. Never rejects. */
  receive(request: Request, name: string): Promise<Response>
  /**
   * `GET` or `HEAD` of the id of a document: the file, for the session that refers to it; for everyone else there is
   * none. Never rejects.
   */
  serve(request: Request, id: string): Promise<Response>
}

type DocumentRoutesOptions<View> = {
  http: Pick<Http, 'handle' | 'isFromHere' | 'readWords'>
  uploads: Uploads
  maxBytes: number
  pages: DocumentPages
  /** The forms that hand a document in, by their names in URLs. */
  forms: Readonly<Record<string, DocumentForm<View>>>
  onError: (cause: unknown) => void
}

/** The bytes that a form may take besides its file. */
const formBytes = 64 * 1024

export function createDocumentRoutes<View extends FlowView>(options: DocumentRoutesOptions<View>): DocumentRoutes {
  const { http, uploads, maxBytes, pages, forms, onError } = options
  const flowUrl = (request: Request) => new URL(pages.url, request.url)

  async function readView(request: Request): Promise<View | Response> {
    const answer = await http.handle(new Request(flowUrl(request), { headers: withoutBody(request.headers) }))
    return answer.ok ? ((await answer.json()) as View) : answer
  }

  function send(request: Request, body: object): Promise<Response> {
    const headers = withoutBody(request.headers)
    headers.set('content-type', 'application/json')
    headers.set('accept', 'application/json')
    return http.handle(
      new Request(`${flowUrl(request)}/events`, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
  }

  async function receive(request: Request, name: string): Promise<Response> {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined
    if (!form) return notFound()
    const replies = repliesTo(request, pages, form)
    try {
      // The flow looks at the origin, too, but only after the file was read.
      if (!http.isFromHere(request)) return await notFromHere(http, request)
      const view = await readView(request)
      if (view instanceof Response) return await replies.failed(view)
      if (view.saved || !form.beginning || !form.isAsked(view)) return await take(request, { form, replies, view })
      const begun = await send(request, { opId: randomUUID(), event: form.beginning })
      if (!begun.ok) return await replies.failed(begun)
      const { view: begunView } = (await begun.clone().json()) as { view: View }
      const answer = await take(withCookiesOf(request, begun), { form, replies, view: begunView })
      for (const cookie of begun.headers.getSetCookie()) answer.headers.append('set-cookie', cookie)
      return answer
    } catch (error) {
      onError(error)
      return replies.failed(Response.json({ code: 'unavailable' }, { status: 500 }))
    }
  }

  type Form = { form: DocumentForm<View>; replies: Replies<View> }

  async function take(request: Request, { form, replies, view }: Form & { view: View }): Promise<Response> {
    const { tag } = view
    if (!view.saved && !form.beginning) return replies.refuse('session_gone', view)
    if (!view.saved || tag === null) return replies.refuse('not_accepted', view)
    if (view.status !== 'active' || !form.isAsked(view)) return replies.refuse('not_accepted', view)

    const read = await readUploadForm<Received>(request, {
      field: 'document',
      maxBytes: maxBytes + formBytes,
      take: (content, fileName) => uploads.receive(content, { name: fileName, session: tag }),
      drop: async (taken) => 'document' in taken && uploads.remove(taken.document.id, tag),
    })
    if ('problem' in read) return read.problem === 'invalid_request' ? replies.malformed() : replies.wrong(read.problem)
    const { fields, file } = read
    if (file && 'problem' in file) return replies.wrong(file.problem, view)
    const before = form.documentIn(view)
    const document = file?.document ?? before
    if (!document) return replies.wrong('file_missing', view)
    return await submit(request, { form, replies, session: tag, fields, document, hash: file?.hash, before })
  }

  type Submission = Form & {
    session: string
    fields: ReadonlyMap<string, string>
    document: DocumentRef
    /** Of a file that came with this request. */
    hash: string | undefined
    before: DocumentRef | undefined
  }

  async function submit(
    request: Request,
    { session, replies, form, fields, document, hash, before }: Submission,
  ): Promise<Response> {
    const body = {
      opId: opIdOf(fields.get('opId') ?? '', hash ?? document.id),
      step: form.step,
      position: fields.get('position') ?? '',
      event: form.eventOf(document, hash),
    }
    const answer = await send(request, body)
    if (answer.ok) {
      if (before && before.id !== document.id) await uploads.remove(before.id, session)
      return await replies.accepted(answer)
    }
    // After a failure nobody knows whether the event was applied, so the file stays.
    if (answer.status >= 500 || hash === undefined) return await replies.failed(answer)
    const { code, view } = (await answer.clone().json()) as Problem<View>
    const there = view && form.documentIn(view)
    if (there?.id !== document.id) await uploads.remove(document.id, session)
    // The same submission once more, with the same content under another id: the first one is what counts.
    if (code === 'op_reused' && view && there?.name === document.name && there.size === document.size)
      return replies.accepted(Response.json({ outcome: 'duplicate', view }))
    return await replies.failed(answer)
  }

  async function serve(request: Request, id: string): Promise<Response> {
    try {
      return await give(request, id)
    } catch (error) {
      onError(error)
      return isMissing(error) ? notFound() : unavailable()
    }
  }

  async function give(request: Request, id: string): Promise<Response> {
    const view = await readView(request)
    if (view instanceof Response) return view.status >= 500 ? view : notFound()
    const refers = Object.values(forms).some((form) => form.documentIn(view)?.id === id)
    const kept = refers && view.tag !== null ? await uploads.find(id, view.tag) : undefined
    if (!kept) return notFound()
    // Once the answer has begun, nobody could be told any more that the file cannot be read.
    await access(uploads.pathOf(id), constants.R_OK)
    return new Response(request.method === 'HEAD' ? null : uploads.read(id, onError), {
      headers: {
        'Content-Type': kept.type === 'text/plain' ? 'text/plain; charset=utf-8' : kept.type,
        'Content-Length': String(kept.size),
        'Content-Disposition': asAttachment(kept.name),
        'Content-Security-Policy': `default-src 'none'; sandbox`,
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Cache-Control': 'private, no-store',
      },
    })
  }

  return { receive, serve }
}

// The same form may come again with another file, which is another submission.
const opIdOf = (opId: string, content: string): string =>
  `upload.${createHash('sha256')
    .update(JSON.stringify([opId, content]))
    .digest('base64url')}`
