'use client'
// The passages of the document as links know them: how many, and the page of each.

import { createContext, type ReactNode, useContext } from 'react'

type Passages = {
  count: number
  /** The page of a passage; undefined in a text without pages. */
  pageOf: (number: number) => number | undefined
}

const Context = createContext<Passages>({ count: 0, pageOf: () => undefined })

type PassagesProps = { count: number; starts: readonly number[]; children: ReactNode }

/** `starts`: the first passage of each page. */
export function PassagesProvider({ count, starts, children }: PassagesProps) {
  const pageOf = (number: number) => {
    const page = starts.findLastIndex((start) => start > 0 && start <= number)
    return page < 0 ? undefined : page + 1
  }
  return <Context value={{ count, pageOf }}>{children}</Context>
}

export const usePassages = (): Passages => useContext(Context)
