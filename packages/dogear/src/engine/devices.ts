// Devices: the browsers of a session, listed or revoked by one of them.

import { DogearError } from '../errors.ts'
import { deviceOf } from '../turn/access/devices.ts'
import type { Sender } from '../turn/commands.ts'
import { isOf } from '../turn/position.ts'
import type { SessionRecord } from '../turn/record.ts'
import { barred, credentialOf, toVisitor, unknown } from './access.ts'
import type { Engine } from './contract.ts'
import type { Intent } from './run-turn.ts'
import { act, type EngineParts } from './send.ts'

export function createDevices(parts: EngineParts): Pick<Engine, 'devices' | 'revoke' | 'destroy'> {
  const { reader, flowOf } = parts
  return {
    async devices(flowId, caller) {
      const { secretHash } = credentialOf(caller)
      const { record } = await reader.accessOf(flowOf(flowId), caller)
      if (!record) throw new DogearError('session_gone', 'the session is not open to this browser')
      const here = deviceOf(record, secretHash)
      return record.devices.map(({ id, label, createdAt, seenAt }) => {
        return { id, label, createdAt, seenAt, here: id === here?.id }
      })
    },

    async revoke(flowId, caller, device) {
      const toIntent = (sender: Sender): Intent => ({ kind: 'revoke', device, sender })
      return act(parts, flowOf(flowId), { visitor: caller, toIntent })
    },

    async destroy(flowId, who, seen) {
      const visitor = toVisitor(who)
      const { id } = credentialOf(visitor)
      let isAnother = false
      const bar = (record: SessionRecord | undefined) => {
        const gone = barred(flowOf(flowId), record, { visitor, now: parts.clock.now() })
        isAnother = !gone && record !== undefined && seen !== undefined && !isOf(record, seen)
        return isAnother ? unknown : gone
      }
      const gone = await parts.end(flowOf(flowId), id, bar)
      if (isAnother) throw new DogearError('other_session', 'the session that was to end is not the one that is here')
      if (gone?.why === 'expired') throw new DogearError('no_session', 'there is no session to end')
      if (gone) throw new DogearError('session_gone', 'the session is not open to this browser')
    },
  }
}
