// The least that a record has to have, checked on what was read.

import { DogearError } from '../errors.ts'
import type { SessionRecord } from '../turn/record.ts'
import { knownFormat } from './pack.ts'

/** Throws `newer_version` if a layout that was read is past `known`, the newest one of this release. */
export function refuseNewer(layout: unknown, known: number): void {
  if (typeof layout !== 'number' || layout <= known) return
  const message = `the record has layout ${layout}, this process knows ${known}`
  throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
}

/** `value` if it is a record whole enough to be used. Throws `newer_version`, or `TypeError`. */
export function checked(value: unknown): SessionRecord {
  if (!isMap(value)) throw new TypeError('not a record')
  refuseNewer(value.format, knownFormat)
  const wrong = Object.keys(members).find((name) => !members[name as keyof SessionRecord](value[name]))
  if (wrong !== undefined) throw new TypeError(`the member "${wrong}" is missing or of another kind`)
  return value as SessionRecord
}

type Is = (value: unknown) => boolean

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Is = (value) => typeof value === 'string'
const isCount: Is = Number.isSafeInteger
const optional =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value)
const oneOf = (...known: readonly unknown[]): Is => known.includes.bind(known)
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is)
const mapOf =
  (is: Is): Is =>
  (value) =>
    isMap(value) && Object.values(value).every(is)

/** An object with at least these members. The names are listed once, not for every object. */
function withMembers(checks: Readonly<Record<string, Is>>): Is {
  const all = Object.entries(checks)
  return (value) => isMap(value) && all.every(([name, is]) => is(value[name]))
}

const isFlag = optional(oneOf(true))
const isPath = listOf((part) => isText(part) || typeof part === 'number')
const form = { values: isMap, issues: listOf(withMembers({ path: isPath, message: isText })), whole: isFlag }
const isForm = withMembers({ ...form, at: optional(mapOf(isCount)) })
const credential = { id: isText, secretHash: isText, label: isText, owned: isFlag }
const isEvent = withMembers({ type: isText })
const effect = { id: isText, effectId: isText, generation: isCount, src: isText, attempt: isCount, leaseUntil: isCount }

const members: Readonly<Record<keyof SessionRecord, Is>> = {
  format: oneOf(knownFormat),
  flow: isText,
  version: isCount,
  epoch: isCount,
  revision: isCount,
  mark: isText,
  lineage: isText,
  snapshot: withMembers({ status: oneOf('active', 'done', 'error') }),
  timers: listOf(withMembers({ id: isText, generation: isCount, event: isEvent, dueAt: isCount })),
  effects: listOf(withMembers({ ...effect, result: optional(withMembers({ ok: oneOf(true, false) })) })),
  entries: mapOf(isCount),
  receipts: listOf(
    withMembers({ op: isCount, body: isCount, position: withMembers({ epoch: isCount, revision: isCount }) }),
  ),
  visited: listOf(isText),
  owing: isFlag,
  at: optional(isText),
  drafts: mapOf((draft) => isForm(draft) && isMap(draft) && optional(mapOf(isForm))(draft.forms)),
  devices: listOf(withMembers({ ...credential, createdAt: isCount, seenAt: isCount })),
  ended: listOf(
    withMembers({ ...credential, why: oneOf('moved', 'revoked'), to: isText, at: isCount, revision: isCount }),
  ),
  handoffs: listOf(
    withMembers({ link: isText, code: isText, mode: oneOf('move', 'join'), by: isText, expiresAt: isCount }),
  ),
  owner: (owner) => owner === null || isOwner(owner),
  birth: optional(withMembers({ key: optional(isText), sealedSelector: optional(isText) })),
  trail: listOf(withMembers({ event: isText, from: isText, to: isText, at: isCount, device: isText })),
  createdAt: isCount,
  updatedAt: isCount,
  expiresAt: isCount,
}
const isOwner = withMembers({ id: isText, label: isText, sealedSelector: isText })
