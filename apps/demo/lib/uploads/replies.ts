// The replies about documents: pages for a plain form, JSON for a script.

import type { DocumentProblem } from '../../flows/documents.ts'
import { seeOther } from '../forms.ts'
import { currentUrl, stepUrl } from '../view.ts'
import type { DocumentForm, DocumentPages, FlowView } from './form.ts'

export type Replies<View> = {
  /** The file cannot be taken. */
  wrong(problem: DocumentProblem, view?: View): Response
  /** The form is none that a page of ours sends. */
  malformed(): Response
  /** The document is not asked for. */
  refuse(code: 'session_gone' | 'not_accepted', view: View): Response
  /** The flow's refusal, passed on. */
  failed(answer: Response): Promise<Response>
  /** The flow's acceptance, passed on. */
  accepted(answer: Response): Promise<Response>
}

/** The answers in the form the browser asked for. */
export function repliesTo<View extends FlowView>(
  request: Request,
  pages: DocumentPages,
  { step, messageOf }: DocumentForm<View>,
): Replies<View> {
  const page = !(request.headers.get('accept') ?? '').includes('application/json')
  const url = stepUrl(pages, step)
  return {
    wrong(problem, view) {
      if (page) return seeOther(`${url}?problem=${problem}`)
      const message = messageOf(problem) ?? ''
      const issues = [{ path: ['document'], message }]
      return problemJson(422, { code: 'invalid_event', detail: message, issues, view })
    },
    malformed() {
      const code = 'invalid_request'
      if (page) return seeOther(`${url}?problem=${code}`)
      return problemJson(400, { code, detail: 'The form has fields that it may not have.' })
    },
    refuse(code, view) {
      const gone = code === 'session_gone'
      if (page) return seeOther(`${gone ? pages.base : currentUrl(pages, view)}?problem=${code}`)
      return problemJson(gone ? 410 : 409, { code, detail: 'This document is not asked for now.', view })
    },
    async failed(answer) {
      if (!page) return answer
      const { code } = (await answer.json().catch(() => ({ code: 'unavailable' }))) as { code: string }
      return seeOther(`${url}?problem=${encodeURIComponent(code)}`, answer)
    },
    async accepted(answer) {
      if (!page) return answer
      const { view } = (await answer.json()) as { view: View }
      return seeOther(currentUrl(pages, view), answer)
    },
  }
}

type DocumentRefusal = { code: string; detail: string; issues?: unknown; view?: unknown }

function problemJson(status: number, problem: DocumentRefusal, title = 'The document was not taken'): Response {
  return Response.json(
    { type: 'about:blank', title, status, ...problem },
    { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'private, no-store' } },
  )
}

const refused = (status: number, text: string): Response =>
  new Response(text, { status, headers: { 'cache-control': 'no-store' } })

export const notFound = (): Response => refused(404, 'There is no such document.')

/** The disk does not give the document back, for a reason that nobody outside is told. */
export const unavailable = (): Response =>
  problemJson(503, { code: 'unavailable', detail: 'Try again in a moment.' }, 'The document cannot be read just now')
