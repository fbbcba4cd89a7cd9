// The rules by which messages are read: their passages, and the request of the last one.

export type Message = { role: 'system' | 'user' | 'assistant'; content: string }

/** A text to quote from; `mark` is the number it is cited by, if it has one. */
export type Passage = { mark?: number; text: string }

export type Asked =
  | { kind: 'question'; question: string; passages: readonly Passage[] }
  | { kind: 'summary'; passages: readonly Passage[] }

/**
 * A system message holds passages: each begins with a line `[1] text` and goes on to the next one or to an empty line.
 *
 * The last message is the request. One that begins with "Summarise" or "Summarize" asks for a summary: of its own lines
 * after the first, if there are any; else of the passages, if there are any; else of the exchanges before it. Any other
 * is a question to the passages. Nothing else is read, so no text in a passage changes what is done.
 */
export function readConversation(messages: readonly Message[]): Asked {
  const request = messages.at(-1)?.content.trim() ?? ''
  const passages = messages.flatMap(({ role, content }) => (role === 'system' ? passagesIn(content) : []))
  if (!/^summari[sz]e\b/i.test(request)) return { kind: 'question', question: request, passages }
  const own = request.split('\n').slice(1).join('\n').trim()
  if (own !== '') return { kind: 'summary', passages: [{ text: own }] }
  if (passages.length > 0) return { kind: 'summary', passages }
  const exchanges = messages.slice(0, -1).filter(({ role }) => role !== 'system')
  return { kind: 'summary', passages: exchanges.map(({ content }) => ({ text: content })) }
}

function passagesIn(content: string): Passage[] {
  const passages: Required<Passage>[] = []
  let open = false
  for (const line of content.split(/\r?\n/)) {
    const [, mark, text = ''] = /^\[(\d{1,6})\]\s+(.*)$/.exec(line) ?? []
    const last = passages.at(-1)
    if (mark !== undefined) passages.push({ mark: Number(mark), text })
    else if (open && last && line.trim() !== '') last.text += ` ${line.trim()}`
    open = mark !== undefined || (open && line.trim() !== '')
  }
  return passages
}
