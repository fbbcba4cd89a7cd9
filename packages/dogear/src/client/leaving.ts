// The browser's question before a page is left on which something typed is kept nowhere.

import type { DraftStatus } from './drafts.ts'
import type { Environment } from './environment.ts'

/** Returns a function that is told what became of what was typed; the browser asks as long as it is kept nowhere. */
export function createQuestion(environment: Environment): (draft: DraftStatus) => void {
  let asking: AbortController | undefined
  return ({ state, buffered }) => {
    asking?.abort()
    if (buffered || state === 'idle' || state === 'saved') return
    // A listener bars the page from the back/forward cache, so there is one only then.
    asking = new AbortController()
    environment.addEventListener('beforeunload', (event) => event.preventDefault(), asking)
  }
}
