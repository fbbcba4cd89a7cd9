// Sends the form of a document as a script would: the answer is a view or a problem, never a page.

import type { Problem } from 'dogear'
import type { ApplicationView } from '../../flows/application/flow.ts'

export type DocumentReply =
  | { ok: true; view: ApplicationView }
  | { ok: false; problem: Pick<Problem<ApplicationView>, 'code' | 'issues' | 'view'> }

export async function sendDocument(action: string, data: FormData): Promise<DocumentReply> {
  try {
    const response = await fetch(action, { method: 'POST', headers: { accept: 'application/json' }, body: data })
    const body = (await response.json()) as { view: ApplicationView } & Problem<ApplicationView>
    return response.ok ? { ok: true, view: body.view } : { ok: false, problem: body }
  } catch {
    return { ok: false, problem: { code: 'offline' } }
  }
}
