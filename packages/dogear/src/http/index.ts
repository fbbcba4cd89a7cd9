// Entry `dogear/http`: an engine behind web-standard requests, with what an adapter of your own needs to call it.

export type {
  Caller,
  Credential,
  DraftRequest,
  Entrance,
  HandoffFound,
  HandoffIssued,
  HandoffOffer,
  HandoffProof,
  RefusalCode,
  Reply,
  SignedIn,
  Visitor,
  WatchHint,
  Watching,
} from '../engine/contract.ts'
export { type DogearErrorCode, httpStatus } from '../errors.ts'
export { unambiguousCookies } from './browser/cookie.ts'
export type { Answer, Incoming, Messages, Reader } from './exchange.ts'
export { createHttp, type Http } from './http.ts'
export type { Limit, LimitOptions } from './limits/limits.ts'
export type {
  Accepts,
  ChooseMessages,
  Explain,
  HttpOptions,
  Identify,
  Identity,
  Input,
  PagePath,
} from './options.ts'
export { type SecurityHeaders, type SecurityOptions, securityHeaders } from './security-headers.ts'
export { accepted } from './words/ask.ts'
export { type Catalogue, english, type ProblemCode, type TranslateText, type Words } from './words/catalogue.ts'
