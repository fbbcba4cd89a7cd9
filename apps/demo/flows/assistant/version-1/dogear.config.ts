// Version 1 of the assistant for the `dogear` command: `dogear lock` with it writes, and keeps, the lock of version 1.

import { createEngine, defineConfig, memoryStore } from 'dogear'
import { assistant1 } from './flow.fixture.ts'

const document = { id: 'a'.repeat(32), name: 'engine.pdf', size: 12_345, type: 'application/pdf' }

export default defineConfig(() => {
  const engine = createEngine({ store: memoryStore(), flows: [assistant1] })
  return {
    engine,
    close: () => engine.close(),
    lock: {
      folder: '../../../dogear.lock',
      examples: {
        assistant: {
          events: {
            'name.given': [{ name: 'Ada Lovelace' }],
            'document.given': [{ document }],
            'question.asked': [{ text: 'What does the engine weave?' }],
          },
          effects: { answer: ['Algebraic patterns.'] },
        },
      },
    },
  }
})
