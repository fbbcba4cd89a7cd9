// Conformance: a one-time code is tried a few times, then it is burned; nobody gets a try more by being quick.

import { expect } from 'vitest'
import { type Case, inTime, minute, pass, weirdStrings } from './bench.ts'

export const codes: Case[] = [
  {
    title: 'gives the value filed under a code, and nothing for any other',
    async run({ store: { directory } }) {
      expect(await directory.putCode('code', 'value', minute)).toBe(true)
      expect(await directory.tryCode('code', 5)).toBe('value')
      for (const other of ['cod', 'codes', 'CODE', 'value', '']) {
        expect(await directory.tryCode(other, 5), other).toBeUndefined()
      }
    },
  },
  {
    title: 'refuses a code that is taken, and leaves it as it is',
    async run(bench) {
      const { directory } = bench.store
      await directory.putCode('code', 'first', minute)
      await directory.tryCode('code', 2)
      expect(await directory.putCode('code', 'second', minute)).toBe(false)
      expect(await directory.tryCode('code', 2)).toBe('first')
      expect(await directory.tryCode('code', 2)).toBeUndefined()
    },
  },
  {
    title: 'lets exactly one of many have a code',
    async run({ store: { directory } }) {
      const tries = Array.from({ length: 50 }, (_, i) => directory.putCode('code', `value ${i}`, minute))
      const taken = (await Promise.all(tries)).flatMap((mine, i) => (mine ? [i] : []))
      expect(taken).toHaveLength(1)
      expect(await directory.tryCode('code', 1)).toBe(`value ${taken[0]}`)
    },
  },
  {
    title: 'gives the value to as many tries as are allowed, and no more, of 200 at once',
    async run({ store: { directory } }) {
      for (let round = 0; round < 5; round++) {
        await directory.putCode(`code-${round}`, 'value', minute)
        const tries = Array.from({ length: 200 }, () => directory.tryCode(`code-${round}`, 5))
        const given = (await Promise.all(tries)).filter((value) => value !== undefined)
        expect(given).toEqual(['value', 'value', 'value', 'value', 'value'])
      }
    },
  },
  {
    title: 'burns a code with the try after the last, for however many tries later ones ask',
    async run({ store: { directory } }) {
      await directory.putCode('code', 'value', minute)
      const given: (string | undefined)[] = []
      for (const most of [2, 2, 2, 100, 2]) given.push(await directory.tryCode('code', most))
      expect(given).toEqual(['value', 'value', undefined, undefined, undefined])
      expect(await directory.putCode('code', 'another', minute)).toBe(false)
    },
  },
  {
    title: 'counts the tries of every code by itself',
    async run({ store: { directory } }) {
      await directory.putCode('burned', 'value', minute)
      await directory.putCode('fresh', 'value', minute)
      for (let i = 0; i < 5; i++) await directory.tryCode('burned', 1)
      for (let i = 0; i < 5; i++) await directory.tryCode('unknown', 1)
      expect(await directory.tryCode('fresh', 1)).toBe('value')
      expect(await directory.putCode('unknown', 'value', minute)).toBe(true)
      expect(await directory.tryCode('unknown', 1)).toBe('value')
    },
  },
  {
    title: 'forgets a code when its time is up, burned or not, and lets it be used again',
    async run(bench) {
      const { directory } = bench.store
      for (const code of ['burned', 'untried']) await directory.putCode(code, 'value', 20)
      for (let i = 0; i < 3; i++) await directory.tryCode('burned', 1)
      await pass(bench, 20)
      for (const code of ['burned', 'untried']) {
        expect(await directory.tryCode(code, 5), code).toBeUndefined()
        expect(await directory.putCode(code, 'again', minute), code).toBe(true)
        expect(await directory.tryCode(code, 1), code).toBe('again')
      }
    },
  },
  {
    title: 'does not let a try or a refusal extend the life of a code',
    run: (bench) =>
      inTime(bench, async (spanMs, code) => {
        const { directory } = bench.store
        await directory.putCode(code, 'value', spanMs)
        await directory.tryCode(code, 5)
        expect(await directory.putCode(code, 'another', minute)).toBe(false)
        await pass(bench, spanMs)
        expect(await directory.tryCode(code, 5)).toBeUndefined()
      }),
  },
  {
    title: 'forgets a code that is dropped, with its tries',
    async run({ store: { directory } }) {
      await directory.putCode('code', 'value', minute)
      await directory.tryCode('code', 1)
      await directory.tryCode('code', 1)
      await directory.dropCode('code')
      await directory.dropCode('code')
      expect(await directory.tryCode('code', 5)).toBeUndefined()
      expect(await directory.putCode('code', 'again', minute)).toBe(true)
      expect(await directory.tryCode('code', 1)).toBe('again')
    },
  },
  {
    title: 'files any text under any code',
    async run({ store: { directory } }) {
      for (const text of weirdStrings) expect(await directory.putCode(text, `${text}|${text}`, minute)).toBe(true)
      for (const text of weirdStrings) expect(await directory.tryCode(text, 1)).toBe(`${text}|${text}`)
      expect(await directory.putCode('empty', '', minute)).toBe(true)
      expect(await directory.tryCode('empty', 1)).toBe('')
    },
  },
]
