// The one door to a stored record.

import { DogearError, isDogearError } from '../errors.ts'
import { samePosition } from '../position.ts'
import type { SessionId, Stored } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Codec } from './codec.ts'

export type Records = {
  /**
   * The record stored under `id`. Rejects with the errors of the codec, or with `record_unreadable` if record and store
   * disagree about the position: then the bytes belong to another session or another moment.
   */
  read(id: SessionId, stored: Stored): Promise<SessionRecord>
  /**
   * The bytes to store under `id`; a promise only if the codec gives one. Throws `too_large` past `maxBytes`, or the
   * errors of the codec.
   */
  write(id: SessionId, record: SessionRecord, maxBytes: number): Stored | Promise<Stored>
}

/** Records in the format of `codec`. A codec that returns no promise is not awaited: that would cost a microtask. */
export function recordsOf(codec: Codec): Records {
  return {
    async read(id, { bytes, position }) {
      let record: SessionRecord
      try {
        const decoded = codec.decode(bytes, { session: id, position })
        record = decoded instanceof Promise ? await decoded : decoded
      } catch (error) {
        throw typed(error, 'record_unreadable', 'the codec failed to read the stored record; it is kept as it is')
      }
      if (samePosition(record, position)) return record
      throw new DogearError('record_unreadable', 'the stored record is not at the position it is filed under')
    },
    write(id, record, maxBytes) {
      const { epoch, revision, mark } = record
      const position = { epoch, revision, mark }
      const fail = (error: unknown): never => {
        throw typed(error, 'not_serializable', 'the codec failed to write the record')
      }
      const bounded = (bytes: Uint8Array): Stored => {
        if (bytes.length <= maxBytes) return { bytes, position }
        const message = `the session would take ${bytes.length} bytes, flow "${record.flow}" allows ${maxBytes}`
        throw new DogearError('too_large', message)
      }
      let encoded: Uint8Array | Promise<Uint8Array>
      try {
        encoded = codec.encode(record, { session: id, position })
      } catch (error) {
        return fail(error)
      }
      return encoded instanceof Promise ? encoded.then(bounded, fail) : bounded(encoded)
    },
  }
}

/** The error of a codec, which may be the application's own and throw anything. */
function typed(cause: unknown, code: 'record_unreadable' | 'not_serializable', message: string): DogearError {
  return isDogearError(cause) ? cause : new DogearError(code, message, { cause })
}
