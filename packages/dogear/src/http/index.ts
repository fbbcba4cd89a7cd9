// Entry `dogear/http`: an engine behind web-standard requests and responses.

export type { PagePath } from './form-reply.ts'
export { createHttp, type Http } from './http.ts'
export type { Limit, LimitOptions } from './limits.ts'
export type { HttpOptions, Identify, Identity } from './options.ts'
