'use server'
// The actions of the pages about other devices: plain forms that call the flow's own routes as the visitor.

import type { HandoffLook, HandoffReply, View } from 'dogear'
import { callFlow } from 'dogear/next'
import { redirect } from 'next/navigation'
import { renderSVG } from 'uqr'
import { nameOf, pagesOf } from '../../flows/pages.ts'
import type { FlowPages } from '../flow-pages.ts'
import { http } from '../server.ts'
import { currentUrl } from '../view.ts'

/** A link and a code, or why there are none. `qr` is the link as SVG. */
export type HandoffState =
  | { kind: 'none'; problem?: string }
  | { kind: 'issued'; url: string; code: string; qr: string; mode: string; expiresAt: number; now: number }

export async function issueHandoff(_: HandoffState, form: FormData): Promise<HandoffState> {
  const pages = pagesOf(form.get('flow'))
  const mode = form.get('mode') === 'join' ? 'join' : 'move'
  if (!pages) return { kind: 'none', problem: 'unknown_flow' }
  const { status, body } = await callFlow(http, `/${pages.flow}/handoffs`, { method: 'POST', json: { mode } })
  if (status !== 201) return { kind: 'none', problem: codeOf(body) }
  const { url, code, expiresAt } = body as HandoffReply
  return { kind: 'issued', url, code, qr: renderSVG(url, { border: 4 }), mode, expiresAt, now: http.engine.now() }
}

/** The state of the page for a link or a code. A link's token stays in the browser; a code is in the next form. */
export type ArrivalState =
  | { kind: 'ask'; problem?: string; code?: string }
  | { kind: 'found'; look: HandoffLook; code: string; unanswered: boolean }

export async function arrive(before: ArrivalState, form: FormData): Promise<ArrivalState> {
  const token = text(form, 'token')
  const code = text(form, 'code')
  const shown = token ? { token } : { code }
  if (!token && !code) return { kind: 'ask', problem: 'missing' }
  if (form.get('do') !== 'enter') return look(shown, code)

  const keep = form.get('keep')
  if (before.kind === 'found' && isOther(before.look) && keep === null) return { ...before, unanswered: true }
  const pages = pagesOf(form.get('flow'))
  if (pages && keep === 'here') redirect(pages.base)
  const json = { ...shown, replace: keep === 'other' }
  const { status, body } = await callFlow(http, '/handoffs/redeem', { method: 'POST', json })
  if (status === 200) redirect(pageOf(body))
  // Another tab began a session meanwhile: look again, and ask which to keep.
  return codeOf(body) === 'other_session' ? look(shown, code) : { kind: 'ask', problem: codeOf(body), code }
}

async function look(shown: object, code: string): Promise<ArrivalState> {
  const { status, body } = await callFlow(http, '/handoffs/look', { method: 'POST', json: shown })
  if (status !== 200) return { kind: 'ask', problem: codeOf(body), code }
  return { kind: 'found', look: body as HandoffLook, code, unanswered: false }
}

const isOther = ({ here }: HandoffLook): boolean => here !== null && here !== 'same'

export async function revokeDevice(form: FormData): Promise<void> {
  const pages = pagesOf(form.get('flow'))
  if (!pages) return
  const device = encodeURIComponent(text(form, 'device'))
  const { status, body } = await callFlow(http, `/${pages.flow}/devices/${device}`, { method: 'DELETE' })
  redirect(`${pages.base}/devices${status === 200 ? '?done=revoked' : `?problem=${codeOf(body)}`}`)
}

export async function extendSession(form: FormData): Promise<void> {
  const pages = pagesOf(form.get('flow'))
  if (!pages) return
  await callFlow(http, `/${pages.flow}/extend`, { method: 'POST' })
  redirect(pages.base)
}

export async function openSaved(form: FormData): Promise<void> {
  const session = text(form, 'session')
  const pages = pagesOf(form.get('flow'))
  if (!pages) return
  const json = { session, replace: form.get('keep') === 'saved' }
  const { status, body } = await callFlow(http, `/${pages.flow}/open`, { method: 'POST', json })
  if (status === 200) redirect(pageOf(body))
  const code = codeOf(body)
  redirect(code === 'other_session' ? `/saved/open?session=${encodeURIComponent(session)}` : `/saved?problem=${code}`)
}

export async function removeSaved(form: FormData): Promise<void> {
  const session = encodeURIComponent(text(form, 'session'))
  const pages = pagesOf(form.get('flow'))
  if (!pages) return
  const { status, body } = await callFlow(http, `/${pages.flow}/sessions/${session}`, { method: 'DELETE' })
  redirect(status < 300 ? '/saved?done=deleted' : `/saved?problem=${codeOf(body)}`)
}

/** Where to go on: the current step of the session that was opened. */
function pageOf(body: unknown): string {
  const { view, ...place } = body as { flow: string; key?: string; view: View }
  const pages: FlowPages | undefined = pagesOf(nameOf(place))
  return pages ? currentUrl(pages, view) : '/'
}

function codeOf(body: unknown): string {
  const code = (body as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'unavailable'
}

function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
