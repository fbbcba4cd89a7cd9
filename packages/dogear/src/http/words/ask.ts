// The question to the application: the words for a request.

import Negotiator from 'negotiator'
import { ask } from '../../engine/foreign.ts'
import { unambiguous } from '../browser/identity.ts'
import type { Incoming } from '../exchange.ts'
import type { Accepts, Settings } from '../options.ts'
import type { Words } from './catalogue.ts'

/** The words of an answer. `byHeader`: they would be others for another `Accept-Language`. */
export type Asked = { words: Words | undefined; byHeader: boolean }

const askMs = 2_000
// Longer than any browser sends; the rest of what a program sends is not read.
const maxHeader = 256

export const none: Asked = { words: undefined, byHeader: false }

/**
 * The result of `say` in the words of the request. Words that fail are reported, and done without: an answer, perhaps
 * with the cookie of a new session, must not be lost for want of them.
 */
export async function sayIn<T>(settings: Settings, request: Incoming, say: (asked: Asked) => T): Promise<T> {
  const asked = await askForWords(settings, request)
  if (!asked.words) return say(asked)
  try {
    return say(asked)
  } catch (error) {
    settings.report(error)
    return say({ ...asked, words: undefined })
  }
}

async function askForWords({ messages, report }: Settings, request: Incoming): Promise<Asked> {
  if (!messages) return none
  let byHeader = false
  const accepts: Accepts = (languages) => {
    byHeader = true
    return accepted(request.header('accept-language'), languages)
  }
  try {
    const words = await ask(askMs, 'messages', () => messages(unambiguous(request), accepts))
    return { words: words && checked(words), byHeader }
  } catch (error) {
    report(error)
    return { ...none, byHeader }
  }
}

/** As `Accepts`, for the value of the header. */
export function accepted<L extends string>(header: string | null, languages: readonly [L, ...L[]]): L {
  const headers = { 'accept-language': header?.slice(0, maxHeader) ?? '*' }
  const [best = languages[0]] = new Negotiator({ headers }).languages([...languages]) as L[]
  return best
}

/** Language and direction become a header and attributes. */
function checked(words: Words): Words {
  const { lang, dir } = words
  if (typeof lang !== 'string' || !/^[a-z]{2,8}(-[a-z\d]{1,8}){0,8}$/i.test(lang))
    throw new TypeError(`messages gave the lang ${JSON.stringify(lang)}, which is no tag such as de or pt-BR`)
  if (dir !== 'ltr' && dir !== 'rtl') throw new TypeError(`messages gave the dir ${JSON.stringify(dir)}`)
  return words
}
