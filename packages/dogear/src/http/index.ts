// Entry `dogear/http`: an engine behind web-standard requests and responses.

export type { PagePath } from './form-reply.ts'
export { createHttp, type Http, type HttpOptions } from './http.ts'
