// Documents of conversations: `POST` to `document` hands one in, `GET` with its id gives it back.

import { singleton } from 'dogear/next'
import { assistantDocumentBytes } from '../../../../flows/assistant/documents.ts'
import { assistantUploads } from '../../../../lib/assistant/folder.ts'
import { assistantForms, assistantPlace } from '../../../../lib/assistant/form.ts'
import { report } from '../../../../lib/log.ts'
import { http } from '../../../../lib/server.ts'
import { createDocumentRoutes, type DocumentRoutes } from '../../../../lib/uploads/http.ts'

const documents: DocumentRoutes = singleton('demo.conversations', () =>
  createDocumentRoutes({
    ...{ http, uploads: assistantUploads, maxBytes: assistantDocumentBytes, onError: report },
    ...{ pages: assistantPlace, forms: assistantForms },
  }),
)

type Context = { params: Promise<{ document: string }> }

export async function POST(request: Request, { params }: Context): Promise<Response> {
  return documents.receive(request, (await params).document)
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return documents.serve(request, (await params).document)
}
