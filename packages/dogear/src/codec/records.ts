// The one door to a stored record.

import { DogearError } from '../errors.ts'
import type { SessionId, Stored } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Codec } from './codec.ts'

export type Records = {
  /**
   * The record stored under `id`. Rejects with what the codec throws, or with `record_unreadable` if the record says that it is
   * at another position than the store does: then the bytes of one session or moment were filed under another.
   */
  read(id: SessionId, stored: Stored): Promise<SessionRecord>
  /** What to store under `id`. Rejects with `too_large` past `maxBytes`, or with what the codec throws. */
  write(id: SessionId, record: SessionRecord, maxBytes: number): Promise<Stored>
}

/** Reads, writes records with `codec`. */
export function recordsOf(codec: Codec): Records {
  return {
    async read(id, { bytes, position }) {
      const decoded = codec.decode(bytes, { session: id, position })
      // A codec that answers at once costs no turn of the event loop.
      const record = decoded instanceof Promise ? await decoded : decoded
      if (record.epoch === position.epoch && record.revision === position.revision) return record
      throw new DogearError('record_unreadable', 'the stored record is not at the position it is filed under')
    },
    async write(id, record, maxBytes) {
      const position = { epoch: record.epoch, revision: record.revision }
      const encoded = codec.encode(record, { session: id, position })
      const bytes = encoded instanceof Promise ? await encoded : encoded
      if (bytes.length <= maxBytes) return { bytes, position }
      throw new DogearError(
        'too_large',
        `the session would take ${bytes.length} bytes, flow "${record.flow}" allows ${maxBytes}`,
      )
    },
  }
}
