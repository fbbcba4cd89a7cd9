// The size of a conversation: whatever is said, its session stays small, and nothing of it is lost.

import { isDogearError, memoryStore, type Store } from 'dogear'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Exchange } from '../../flows/assistant/events.ts'
import { answerBytes, questionBytes, sessionBytes, summaryBytes } from '../../flows/assistant/limits.ts'
import { makeShelf, reader, serveAssistant, settled } from './assistant.fixture.ts'
import { charactersWithin } from './cut.ts'
import type { Model } from './model/model.ts'
import { readMovedIn } from './moved.ts'

const alphabets = {
  Latin: 'The engine weaves algebraic patterns just as the loom weaves flowers and leaves. ',
  Arabic: 'تنسج الآلة أنماطًا جبرية كما ينسج النول الزهور والأوراق. ',
  emoji: 'o👩‍🔬🧵🌸 👨‍👩‍👧‍👦🇪🇺 ',
  short: 'a',
}
type Alphabet = keyof typeof alphabets

const textOf = (alphabet: Alphabet, bytes: number): string => {
  const unit = alphabets[alphabet]
  return charactersWithin(unit.repeat(Math.ceil(bytes / unit.length)), alphabet === 'short' ? 1 : bytes)
}

/** A store that knows the size of the largest record that was written. */
function measuredStore() {
  const store = memoryStore()
  let largest = 0
  const measured: Store = {
    ...store,
    commit: (id, expected, entry) => {
      largest = Math.max(largest, entry.bytes.length)
      return store.commit(id, expected, entry)
    },
  }
  return { store: measured, largest: () => largest }
}

type Turn = {
  act: 'ask' | 'two' | 'many' | 'edit' | 'repeat' | 'stop'
  alphabet: Alphabet
  share: number
  /** The texts that are typed after it: nothing, a question, or as much as the drafts of a session hold. */
  types: 'nothing' | 'question' | 'most'
}

/** Takes the turns, and tells what the session and the pages say in the end, and what they should say. */
async function talk(turns: readonly Turn[], sealing: 'on' | 'off') {
  const { store, largest } = measuredStore()
  const { shelf, remove } = makeShelf()
  let speaks: Alphabet = 'Latin'
  let held: Promise<void> | undefined
  const model: Model = async ({ messages }) => {
    await held
    const condenses = messages.at(-1)?.content.startsWith('Summarise')
    return condenses ? textOf(speaks, 4 * summaryBytes) : `${textOf(speaks, 4 * answerBytes)} [1]`
  }
  const failures: unknown[] = []
  const onError = (error: unknown) => failures.push(error)
  const engine = serveAssistant(shelf, model, { store, sealing, keys: 'a'.repeat(64), onError, effectWaitMs: 0 })
  const name = `${'x'.repeat(100)}🧵`.repeat(2)
  const person = await reader(engine, shelf, `${alphabets.Latin.repeat(40)}`, `${name}.txt`)
  const expected: { id: number; question: string; answered: boolean }[] = []
  let next = 1
  const ask = async (question: string, event: 'question.asked' | 'question.edited' = 'question.asked') => {
    expect(await person.send({ type: event, text: question })).toBe('applied')
    expected.push({ id: next++, question: question.trim(), answered: true })
  }
  try {
    for (const { act, alphabet, share, types } of turns) {
      speaks = alphabet
      const question = textOf(alphabet, Math.max(8, share * questionBytes))
      if (act === 'edit' && expected.length > 0) {
        expected.pop()
        await ask(question, 'question.edited')
      } else if (act === 'repeat' && expected.length > 0) {
        const again = expected.pop()
        expect(await person.send({ type: 'answer.repeated' })).toBe('applied')
        expected.push({ id: next++, question: again?.question ?? '', answered: true })
      } else if (act === 'ask' || act === 'edit' || act === 'repeat') {
        await ask(question)
      } else {
        let release = () => {}
        held = new Promise((resolve) => {
          release = resolve
        })
        await ask(question)
        if (act === 'stop') {
          await expect.poll(async () => (await person.read()).accepts).toContain('answer.stopped')
          expect(await person.send({ type: 'answer.stopped' })).toBe('applied')
          expected[expected.length - 1] = { ...expected[expected.length - 1], answered: false } as never
        }
        for (let more = 0; act === 'many' && more < 20; more++)
          if ((await person.send({ type: 'question.asked', text: 'x' })) === 'applied')
            expected.push({ id: next++, question: 'x', answered: true })
        if (act === 'two') await ask(textOf(alphabet, share * questionBytes) || 'x')
        release()
        held = undefined
      }
      if (types !== 'nothing') await typed(person, { text: textOf(alphabet, questionBytes) })
      if (types === 'most') await typeMost(person)
      expect((await settled(person)).context.trouble).toBeNull()
    }
    const { context } = await settled(person)
    const { page } = context.moved
    const older =
      page === null ? [] : (await readMovedIn(shelf.beside, { page, session: person.tag(), limit: 1e6 })).exchanges
    const all: Exchange[] = [...older.toReversed(), ...context.exchanges]
    return {
      largest: largest(),
      failures,
      moved: [context.moved.exchanges, older.length],
      said: all.map(({ id, question, answer }) => ({ id, question, answered: answer !== null })),
      expected,
    }
  } finally {
    await engine.close(0)
    remove()
  }
}

/** Fills the drafts of the step with fields of all sizes, until not one more letter is taken. */
async function typeMost(person: Awaited<ReturnType<typeof reader>>): Promise<void> {
  for (let [nth, length] = [0, 2_000]; length > 0; nth++)
    if (!(await typed(person, { [`field ${nth}`]: 'x'.repeat(length) }))) length = Math.floor(length / 2)
}

/** True if it is kept, false if that is more than drafts may take. */
async function typed(person: Awaited<ReturnType<typeof reader>>, values: Record<string, string>): Promise<boolean> {
  try {
    return (await person.type('conversation', values)) === 'applied'
  } catch (error) {
    if (isDogearError(error) && error.code === 'too_large') return false
    throw error
  }
}

function check({ largest, failures, moved, said, expected }: Awaited<ReturnType<typeof talk>>) {
  expect(failures).toEqual([])
  expect(said).toEqual(expected)
  expect(moved[0]).toBe(moved[1])
  expect(largest).toBeLessThanOrEqual(sessionBytes)
}

it.each([
  { alphabet: 'Latin', sealing: 'on' },
  { alphabet: 'Arabic', sealing: 'on' },
  { alphabet: 'emoji', sealing: 'off' },
  { alphabet: 'short', sealing: 'on' },
] as const)(
  'over 200 turns of the longest texts ($alphabet, sealing $sealing) the session stays small, and nothing is lost',
  { timeout: 120_000 },
  async ({ alphabet, sealing }) => {
    const turn = { act: 'two', alphabet, share: 1, types: 'most' } as const
    const result = await talk([...Array(99).fill(turn), { ...turn, act: 'many' }], sealing)
    check(result)
    expect(result.expected.length).toBeGreaterThanOrEqual(200)
    // Otherwise this would not come near the limit.
    if (alphabet !== 'short') expect(result.largest).toBeGreaterThan(sessionBytes / 2)
  },
)

it('whatever is asked, edited, repeated and stopped', { timeout: 120_000 }, async () => {
  const turn: fc.Arbitrary<Turn> = fc.record({
    act: fc.constantFrom('ask', 'ask', 'two', 'many', 'edit', 'repeat', 'stop'),
    alphabet: fc.constantFrom<Alphabet>('Latin', 'Arabic', 'emoji', 'short'),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    types: fc.constantFrom('nothing', 'question', 'most'),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 10, maxLength: 40, size: 'max' }),
      fc.constantFrom('on', 'off'),
      async (turns, sealing) => check(await talk(turns, sealing as 'on' | 'off')),
    ),
    { numRuns: 4 },
  )
})
