// The words for the visitor while a server component renders.

import { connection } from 'next/server.js'
import { cache } from 'react'
import type { Catalogue, Http } from '../http/index.ts'
import { visitorRequest } from './visitor.ts'

/**
 * The words of `messages` of `createHttp` for the visitor, with what it leaves out in English: `lang` and `dir` for the
 * `html` element, `problems` by code. Shared by all components of one request. Never rejects.
 */
export const readWords: (http: Http) => Promise<Catalogue> = cache(async (http: Http) => {
  await connection()
  return http.readWords(await visitorRequest(http.basePath))
})
