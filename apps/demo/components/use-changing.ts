'use client'
// The way back of a person who came to a question to change its answer.

import { useSearchParams } from 'next/navigation'

const name = 'change'

/** True if the page was opened by a link of `toChange`: only then does Back lead to the check of all answers. */
export function useChanging(): boolean {
  return useSearchParams().has(name)
}

/** The address of a question, to change its answer. */
export function toChange(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${name}`
}
