// Sends the form of a document as a script would: the answer is a view or a problem, never a page.

import type { Problem, View } from 'dogear'

export type DocumentReply<V extends View> =
  | { ok: true; view: V }
  | { ok: false; problem: Pick<Problem<V>, 'code' | 'issues' | 'view'> }

export async function sendDocument<V extends View>(action: string, data: FormData): Promise<DocumentReply<V>> {
  try {
    const response = await fetch(action, { method: 'POST', headers: { accept: 'application/json' }, body: data })
    const body = (await response.json()) as { view: V } & Problem<V>
    return response.ok ? { ok: true, view: body.view } : { ok: false, problem: body }
  } catch {
    return { ok: false, problem: { code: 'offline' } }
  }
}
