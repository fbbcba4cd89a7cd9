// The requests about documents: a form that hands one in as an event of the flow, and the download for its owner.

import { createHash } from 'node:crypto'
import type { Problem } from 'dogear'
import type { Http } from 'dogear/http'
import { type DocumentKind, documentKinds } from '../../flows/application/choices.ts'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import type { DocumentRef } from '../../flows/application/questions.ts'
import { notFromHere, withoutBody } from '../forms.ts'
import { isOpen } from '../view.ts'
import { readUploadForm } from './multipart.ts'
import { asAttachment } from './names.ts'
import { notFound, type Replies, repliesTo } from './replies.ts'
import type { Received, Uploads } from './uploads.ts'

export type DocumentRoutes = {
  /** `POST /api/documents/<kind>`: the fields of an event's form, and the file as `document`. Never rejects. */
  receive(request: Request, kind: string): Promise<Response>
  /** `GET /api/documents/<id>`: the file, for the session that refers to it; for everyone else there is none. */
  serve(request: Request, id: string): Promise<Response>
}

type DocumentRoutesOptions = {
  http: Pick<Http, 'handle' | 'isFromHere'>
  uploads: Uploads
  maxBytes: number
  onError: (cause: unknown) => void
}

/** The bytes that a form may take besides its file. */
const formBytes = 64 * 1024

export function createDocumentRoutes({ http, uploads, maxBytes, onError }: DocumentRoutesOptions): DocumentRoutes {
  const flowUrl = (request: Request) => new URL(applicationPages.url, request.url)

  async function readView(request: Request): Promise<ApplicationView | Response> {
    const answer = await http.handle(new Request(flowUrl(request), { headers: withoutBody(request.headers) }))
    return answer.ok ? ((await answer.json()) as ApplicationView) : answer
  }

  async function receive(request: Request, given: string): Promise<Response> {
    const kind = documentKinds.find((one) => one === given)
    if (!kind) return notFound()
    const replies = repliesTo(request, kind)
    try {
      // The flow looks at the origin, too, but only after the file was read.
      if (!http.isFromHere(request)) return notFromHere()
      const view = await readView(request)
      if (view instanceof Response) return replies.failed(view)
      const { tag } = view
      if (!view.saved || tag === null) return replies.refuse('session_gone', view)
      if (view.status !== 'active' || !isOpen(view, kind)) return replies.refuse('not_accepted', view)

      const form = await readUploadForm<Received>(request, {
        field: 'document',
        maxBytes: maxBytes + formBytes,
        take: (content, name) => uploads.receive(content, { name, session: tag }),
      })
      if ('problem' in form) return replies.wrong(form.problem)
      const { fields, file } = form
      if (file && 'problem' in file) return replies.wrong(file.problem, view)
      const before = view.context.answers[kind]?.document
      const document = file?.document ?? before
      if (!document) return replies.wrong('file_missing', view)
      return await submit(request, { session: tag, replies, kind, fields, document, hash: file?.hash, before })
    } catch (error) {
      onError(error)
      return replies.failed(Response.json({ code: 'unavailable' }, { status: 500 }))
    }
  }

  type Submission = {
    session: string
    replies: Replies
    kind: DocumentKind
    fields: ReadonlyMap<string, string>
    document: DocumentRef
    /** Of a file that came with this request. */
    hash: string | undefined
    before: DocumentRef | undefined
  }

  async function submit(
    request: Request,
    { session, replies, kind, fields, document, hash, before }: Submission,
  ): Promise<Response> {
    const body = {
      opId: opIdOf(fields.get('opId') ?? '', hash ?? document.id),
      step: kind,
      position: fields.get('position') ?? '',
      event: { type: `${kind}.submitted`, document },
    }
    const headers = withoutBody(request.headers)
    headers.set('content-type', 'application/json')
    headers.set('accept', 'application/json')
    const url = `${flowUrl(request)}/events`
    const answer = await http.handle(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }))
    if (answer.ok) {
      if (before && before.id !== document.id) await uploads.remove(before.id, session)
      return await replies.accepted(answer)
    }
    // After a failure nobody knows whether the event was applied, so the file stays.
    if (answer.status >= 500 || hash === undefined) return await replies.failed(answer)
    const { code, view } = (await answer.clone().json()) as Problem<ApplicationView>
    const there = view?.context.answers[kind]?.document
    if (there?.id !== document.id) await uploads.remove(document.id, session)
    // The same submission once more, with the same content under another id: the first one is what counts.
    if (code === 'op_reused' && view && there?.name === document.name && there.size === document.size)
      return replies.accepted(Response.json({ outcome: 'duplicate', view }))
    return await replies.failed(answer)
  }

  async function serve(request: Request, id: string): Promise<Response> {
    const view = await readView(request)
    if (view instanceof Response) return view.status >= 500 ? view : notFound()
    const refers = documentKinds.some((kind) => view.context.answers[kind]?.document.id === id)
    const kept = refers && view.tag !== null ? await uploads.find(id, view.tag) : undefined
    if (!kept) return notFound()
    return new Response(uploads.read(id), {
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
