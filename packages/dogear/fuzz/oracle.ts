// The rules for every answer, whatever was asked.

import { httpStatus } from '../src/errors.ts'
import type { Attack } from './attack.ts'
import type { Arrived } from './channels.ts'
import { canary, type People } from './people.ts'

const allowed = [200, 201, 204, 303, 307, ...Object.values(httpStatus).filter((status) => status < 500)]
const attributes = /^__Host-[\w.-]+=[\w.-]*; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/

/** The rules that an answer breaks. */
export function faultsOf(answer: Arrived, sender: Attack['sender'], { ada }: People): string[] {
  const { status, cookies, text, more } = answer
  const header = (name: string) => answer.header(name) ?? ''
  const rules: [broken: boolean, rule: string][] = [
    [!allowed.includes(status), `status ${status} is none of ours`],
    [more > 0, 'one request got two answers'],
    [!header('cache-control').startsWith('private, no-store'), 'a cache may keep it'],
    [header('vary') !== 'Cookie', 'Vary does not name the cookie'],
    [header('x-content-type-options') !== 'nosniff', 'a browser may guess its type'],
    [header('access-control-allow-origin') !== '', 'other sites may read it'],
    [!header('content-security-policy').includes("frame-ancestors 'none'"), 'other sites may frame it'],
    [
      header('location') !== '' && !/^\/(trip|voyage|handoff|api\/flows)/.test(header('location')),
      'it leads elsewhere',
    ],
    [cookies.some((cookie) => !attributes.test(cookie) && !cookie.startsWith('dogear-kept=1;')), 'an odd cookie'],
    [status >= 400 && cookies.some((cookie) => !cookie.includes('Max-Age=0')), 'a refusal sets a cookie'],
    [/<(img|script)/.test(text) && header('content-type').includes('html'), 'it holds markup that was sent'],
    [sender !== 'ada' && (text.includes(canary) || text.includes(ada.id)), 'it tells what is somebody else’s'],
  ]
  return [...rules.flatMap(([broken, rule]) => (broken ? [rule] : [])), ...bodyFaults(answer)]
}

function bodyFaults({ status, header, text }: Arrived): string[] {
  const type = header('content-type') ?? ''
  if (status < 400) return type === 'application/json' && text !== '' && !isJson(text) ? ['no JSON'] : []
  if (type.startsWith('text/html')) return []
  if (type !== 'application/problem+json') return [`a refusal of type ${type}`]
  if (text === '') return []
  if (!isJson(text)) return ['a problem that is no JSON']
  const { code, status: said } = JSON.parse(text)
  if (!Object.hasOwn(httpStatus, code)) return [`unknown code ${code}`]
  return httpStatus[code as keyof typeof httpStatus] === status && said === status ? [] : [`${code} with ${status}`]
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The code of a refusal, for the count of what a run met; `page` for one that came as a page. */
export function codeOf({ status, text }: Arrived): string {
  if (status < 400) return 'none'
  return isJson(text) ? String(JSON.parse(text).code) : 'page'
}

/** The rules that the store breaks: a refusal changes nothing, and nobody changes what is somebody else's. */
export function changesBy(
  answer: Arrived | undefined,
  sender: Attack['sender'],
  { ada, before, after }: { ada: string; before: ReadonlyMap<string, string>; after: ReadonlyMap<string, string> },
): string[] {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id))
  const others = sender !== 'ada' && changed.includes(ada) ? ['it changed somebody else’s session'] : []
  return answer && answer.status >= 400 && changed.length > 0
    ? [...others, 'it was refused and changed a record']
    : others
}
