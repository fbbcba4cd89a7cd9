// Documents of the application: `POST` with the kind hands one in, `GET` with its id gives it back.

import { singleton } from 'dogear/next'
import { maxDocumentBytes } from '../../../../flows/application/choices.ts'
import { applicationPages } from '../../../../flows/application/pages.ts'
import { report } from '../../../../lib/log.ts'
import { http } from '../../../../lib/server.ts'
import { applicationForms } from '../../../../lib/uploads/application.ts'
import { uploads } from '../../../../lib/uploads/documents.ts'
import { createDocumentRoutes, type DocumentRoutes } from '../../../../lib/uploads/http.ts'

const documents: DocumentRoutes = singleton('demo.documents', () =>
  createDocumentRoutes({
    ...{ http, uploads, maxBytes: maxDocumentBytes, onError: report },
    ...{ pages: applicationPages, forms: applicationForms },
  }),
)

type Context = { params: Promise<{ document: string }> }

export async function POST(request: Request, { params }: Context): Promise<Response> {
  return documents.receive(request, (await params).document)
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return documents.serve(request, (await params).document)
}
