// The mark, in a schema, of a value that points to something kept elsewhere.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { roomOf } from '../../plain-data.ts'

/** The name of the mark in a JSON Schema: metadata of any validator that says so is read the same. */
export const referenceMark = 'reference'

/** A key, an id, a signed URL. The thing itself, such as a picture as text, is larger. */
const maxReferenceBytes = 2_048

type Markable = { refine(check: (value: unknown) => boolean, message: string): Markable; meta(data: object): unknown }

/**
 * `schema`, of zod 4, for a value that points to something big which is kept elsewhere: a document, a picture, a cart.
 * Values of more than 2,048 bytes are refused, as that would be the thing itself; what is marked is never named as the
 * reason for a large session. Throws `TypeError` for a schema that takes no marks.
 */
export function reference<S extends StandardSchemaV1>(schema: S): S {
  const { refine, meta } = Object(schema) as Partial<Markable>
  if (typeof refine !== 'function' || typeof meta !== 'function')
    throw new TypeError('reference was given what takes no marks; give it a schema of zod 4, such as z.string()')
  const message = `This has to point to what is kept elsewhere, in at most ${maxReferenceBytes} bytes`
  const bounded = (schema as unknown as Markable).refine((value) => roomOf(value) <= maxReferenceBytes, message)
  return bounded.meta({ [referenceMark]: true }) as S
}
