// Handoffs from the server: a link for a browser that the server cannot reach.

import { hash, randomBytes } from 'node:crypto'
import { DogearError } from '../../errors.ts'
import { toMs } from '../../flow/duration.ts'
import { bytesFrom } from '../../keys/bytes-from.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { isOver, unknown } from '../access.ts'
import type { Engine } from '../contract.ts'
import { fileCode } from '../handoffs.ts'
import type { EngineParts } from '../send.ts'
import { formatCode, locatorOf, mintCode } from './codes.ts'
import { sealedSelectorPurpose } from './selector.ts'

// So many codes in a row whose beginning is taken mean that something else is wrong.
const maxMints = 20

type Issuing = { keyring: Keyring | undefined; handoffUrl: string | undefined }

export function createIssuing(
  { reader, flowOf, store, clock, take }: EngineParts,
  { keyring, handoffUrl }: Issuing,
): Pick<Engine, 'issueHandoff'> {
  return {
    async issueHandoff({ flow: flowId, session }, { lifetime = '10 minutes', opId } = {}) {
      const lifetimeMs = toMs(lifetime)
      if (Number.isNaN(lifetimeMs)) throw new TypeError(`lifetime "${lifetime}" is no duration`)
      if (!keyring || handoffUrl === undefined)
        throw new TypeError('issueHandoff needs keys and handoffUrl: give both to createEngine')
      const flow = flowOf(flowId)
      const record = await reader.load(session)
      if (isOver(flow, record, clock.now())) throw gone()
      const sealedSelector = record.birth?.sealedSelector ?? record.owner?.sealedSelector
      if (sealedSelector === undefined) throw notPrepared(flow.id)
      const selector = keyring.open({ purpose: sealedSelectorPurpose, session }, sealedSelector)
      if (selector === undefined) throw sealedElsewhere()

      // The same name gives the same secret, so that a provider that is asked again is asked the same.
      const name = opId === undefined ? undefined : keyring.digests('handoff', `${session} ${opId}`)[0]
      const random = name === undefined ? randomBytes : bytesFrom(Buffer.from(name, 'base64url'))
      const secret = Buffer.from(random(32)).toString('base64url')
      const link = hash('sha256', secret, 'base64url')
      const issued = record.handoffs.find((one) => one.link === link && clock.now() < one.expiresAt)
      const expiresAt = issued?.expiresAt ?? clock.now() + lifetimeMs
      for (let tries = 0; tries < maxMints; tries++) {
        const code = mintCode(random)
        const hashed = keyring.digests('code', code)[0]
        const locator = keyring.digests('locator', locatorOf(code))[0]
        const reply = { url: `${handoffUrl}#${selector}.${secret}`, code: formatCode(code), expiresAt }
        if (issued?.code === hashed) return reply
        if (issued || !(await fileCode(store, { session, sealedSelector }, { locator, lifetimeMs }))) continue
        const { turn } = await take(flow, {
          id: session,
          intent: { kind: 'invite', handoff: { link, code: hashed, mode: 'join', expiresAt } },
          bar: (found) => (isOver(flow, found, clock.now()) ? unknown : null),
        })
        if (!turn || turn.outcome.kind === 'rejected') throw gone()
        return reply
      }
      throw new DogearError('store_unavailable', 'there is no free code right now')
    },
  }
}

const gone = () => new DogearError('session_gone', 'the session has ended; there is nothing to hand over')

const notPrepared = (flow: string) =>
  new DogearError(
    'not_accepted',
    `the session began before flow "${flow}" said serverHandoffs: true; only its person can hand it over`,
  )

const sealedElsewhere = () =>
  new DogearError('record_unreadable', 'the key that let others into this session is not in the keys of the engine')
