// Entry `dogear/protobuf`.

export { type ProtobufCodecOptions, protobufCodec } from './codec.ts'
