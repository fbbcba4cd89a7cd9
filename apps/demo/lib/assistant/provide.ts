// The assistant with what only the server has: its documents and its model.

import { assistant as sharedAssistant } from '../../flows/assistant/flow.ts'
import { answerWith } from './answer.ts'
import { condenseWith } from './condense.ts'
import { extractWith } from './extract.ts'
import { forgetIn } from './forget.ts'
import type { Model } from './model/model.ts'
import type { Shelf } from './shelf.ts'

type Provided = Parameters<typeof sharedAssistant.provide>[0]

export function provideAssistant(
  shelf: Shelf,
  model: Model,
  options: Pick<Provided, 'lifetime' | 'delays'> = {},
): typeof sharedAssistant {
  return sharedAssistant.provide({
    actors: {
      extract: extractWith(shelf),
      answer: answerWith(shelf, model),
      condense: condenseWith(shelf, model),
      forget: forgetIn(shelf),
    },
    ...options,
  })
}
