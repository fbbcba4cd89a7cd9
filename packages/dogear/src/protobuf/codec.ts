// A codec that writes contexts as Protocol Buffers messages of the application's own.

import { type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type ContextForm, type PlainCodec, packedCodec } from '../codec/codec.ts'
import { problemsOf, refuseWiring } from '../wiring.ts'
import { dataOf } from './read.ts'
import { schemasByFlow } from './schema.ts'
import { messageOf } from './write.ts'

/** The options of `protobufCodec`. */
export type ProtobufCodecOptions = {
  /**
   * The message of each flow's context, by the id of the flow: a schema that `protoc-gen-es` generated, or a descriptor
   * out of a `FileDescriptorSet`. The contexts of other flows are written as MessagePack.
   */
  contexts: Readonly<Record<string, DescMessage>>
}

/**
 * Writes the context of a flow as the message given for it, everything else as `msgpackCodec` does; reads all formats.
 *
 * Members have the names of generated code (`begunAt` for `begun_at`), and so do the fields of a `oneof`, of which one
 * may be there. A number of 64 bits is a `bigint`, an enum its number, a map a plain object, a `Timestamp` a `Date`. A
 * field that is `optional`, a message, or in a `oneof` may be missing; any other has to be there, as the message would
 * not tell a missing one from an empty one. A member that is `undefined` is a missing one.
 *
 * `encode` throws `not_serializable` with the path of a value the message has no place for. `decode` throws
 * `newer_version` for a field or an enum value that the schema does not know; a field whose number is reserved is gone.
 * Throws `TypeError` for schemas whose messages cannot carry plain data.
 */
export function protobufCodec(options: ProtobufCodecOptions): PlainCodec {
  refuseWiring('protobufCodec', problemsOf(options, { contexts: schemasByFlow }))
  return packedCodec(new Map(Object.entries(options.contexts).map(([flow, schema]) => [flow, formOf(schema)])))
}

const formOf = (schema: DescMessage): ContextForm => ({
  encode: (context, path) => toBinary(schema, messageOf(schema, context, [...path])),
  decode: (bytes) => dataOf(schema, fromBinary(schema, bytes)),
})
