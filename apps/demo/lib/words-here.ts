// The words for the visitor while a page renders on the server.

import 'server-only'
import { readWords } from 'dogear/next'
import { type Words, wordsOf } from '../words/words.ts'
import { textsOf, toLang } from './language.ts'
import { http } from './server.ts'

export async function wordsHere(): Promise<Words> {
  const lang = toLang((await readWords(http)).lang) ?? 'en'
  return wordsOf(lang, textsOf(lang))
}
