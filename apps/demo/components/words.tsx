'use client'
// The words of the page, from its frame to every part of it.

import { createContext, type ReactNode, useContext } from 'react'
import { type Lang, type Texts, type Words, wordsOf } from '../words/words.ts'

const Context = createContext<Words>(wordsOf('en', undefined))

export function WordsProvider({ lang, texts, children }: { lang: Lang; texts: Texts; children: ReactNode }) {
  return <Context value={wordsOf(lang, texts)}>{children}</Context>
}

export const useWords = (): Words => useContext(Context)
