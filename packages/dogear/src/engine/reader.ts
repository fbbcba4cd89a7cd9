// Reading sessions: the newest record, as its caller may see it. Writes nothing.

import type { Flow } from '../flow/define.ts'
import type { Live } from '../flow/nodes.ts'
import { copyOf } from '../plain-data.ts'
import { samePosition } from '../position.ts'
import type { SessionId, Stored } from '../store/store.ts'
import type { Opened } from '../turn/advance.ts'
import { open, openNew, recordOf, viewOf } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Gone, Position, View } from '../wire.ts'
import { barred, removed, tagOf, unknown, withReference } from './access.ts'
import { blankView, inputOf } from './begin/input.ts'
import type { Visitor } from './contract.ts'
import type { TurnDeps } from './run-turn.ts'

/** A visitor's access: the record, and `stored`, live if in memory; or why there is none (null: none was named). */
export type Access =
  | { record: SessionRecord; stored: SessionRecord | Opened; gone: null }
  | { record: undefined; gone: Gone | null }

export type Reader = {
  /** The newest record, of any flow, or the one in `claimed`, which was the newest. Access is not checked. */
  load(id: SessionId, claimed?: Stored): Promise<SessionRecord | 'removed' | undefined>
  /** The same, but `unchanged` if it is still at the position `since`. */
  loadIfChanged(id: SessionId, since?: Position): Promise<SessionRecord | 'removed' | 'unchanged' | undefined>
  now(): number
  accessOf(flow: Flow, visitor: Visitor): Promise<Access>
  /** The view of a record as the next turn would find it, for the holder of a secret. */
  view(flow: Flow, id: SessionId, stored: SessionRecord | Opened, secretHash?: string): View
  /** The view of a flow nobody has begun; a promise where the application has to be asked for the visitor's input. */
  beginning(flow: Flow, gone?: Gone | null, visitor?: Pick<Visitor, 'input'>): View | Promise<View>
  read(flow: Flow, visitor: Visitor): Promise<View>
}

/** `seen` is told of every record that was shown to somebody who may use it; `waits`: for an effect, in that view. */
export function createReader(
  { store, records, cache, clock }: TurnDeps,
  seen: (id: SessionId, record: SessionRecord, waits: boolean) => void,
): Reader {
  async function find(id: SessionId, claimed?: Stored): Promise<SessionRecord | Opened | 'removed' | undefined> {
    const known = cache.get(id)
    const found = await keepIfChanged(id, known && ('live' in known ? known.record : known.position), claimed)
    if (found !== 'unchanged' || !known) return found === 'unchanged' ? undefined : found
    return 'live' in known ? ownState(known) : records.read(id, known)
  }

  async function keepIfChanged(id: SessionId, since: Position | undefined, claimed: Stored | undefined) {
    await clock.sync()
    const found = claimed ?? (await store.read(id, since))
    if (found === 'unchanged' || (claimed && since && samePosition(claimed.position, since))) return 'unchanged'
    if (found === undefined || found === 'removed') {
      cache.delete(id)
      return found
    }
    const record = await records.read(id, found)
    cache.set(id, found)
    return record
  }

  const reader: Reader = {
    now: clock.now,
    async load(id, claimed) {
      const stored = await find(id, claimed)
      return stored && stored !== 'removed' ? recordOf(stored) : stored
    },
    loadIfChanged: (id, since) => keepIfChanged(id, since, undefined),
    async accessOf(flow, visitor) {
      const { credential } = visitor
      if (!credential) return { record: undefined, gone: null }
      const stored = await find(credential.id)
      if (stored === 'removed') return { record: undefined, gone: removed }
      const record = stored && recordOf(stored)
      const gone = barred(flow, record, { visitor, now: clock.now() })
      return record && stored && !gone ? { record, stored, gone: null } : { record: undefined, gone: gone ?? unknown }
    },
    view: (flow, id, stored, secretHash) => viewOf(open(flow, stored, clock.now()), { tag: tagOf(id), secretHash }),
    beginning(flow, gone = null, visitor) {
      const show = (input?: unknown) => viewOf(openNew(flow, clock.now(), input), { saved: false, gone })
      if (!flow.input) return show()
      return visitor ? inputOf(flow, visitor).then(show) : blankView(flow, gone)
    },
    async read(flow, visitor) {
      const { credential } = visitor
      if (!credential) return reader.beginning(flow, null, visitor)
      return withReference(credential.id, async () => {
        const access = await reader.accessOf(flow, visitor)
        if (!access.record) return reader.beginning(flow, access.gone, visitor)
        const view = reader.view(flow, credential.id, access.stored, credential.secretHash)
        seen(credential.id, access.record, view.pending.length > 0)
        return view
      })
    },
  }
  return reader
}

/** A copy of the cached state: a due timer steps the machine, which may change a context in place. */
function ownState({ record, live }: Opened): Opened {
  const snapshot = { ...record.snapshot, context: copyOf(record.snapshot.context) }
  return {
    record: { ...record, snapshot, timers: copyOf(record.timers) },
    live: { ...live, context: copyOf(live.context) } as Live,
  }
}

/** The step a view is at, as far as it is at one. */
export function currentOf({ step, steps }: Pick<View, 'step' | 'steps'>): {
  step: string | null
  title: string | null
  path: string | null
} {
  const current = steps.find(({ id }) => id === step)
  return { step, title: current?.title ?? null, path: current?.path ?? null }
}
