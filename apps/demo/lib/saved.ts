// The saved sessions of the signed-in person, while a page renders.

import 'server-only'
import type { SavedSession } from 'dogear'
import { callFlow } from 'dogear/next'
import { cache } from 'react'
import { http } from './server.ts'

/** Undefined if they cannot be read: nobody is signed in, or the store does not answer. */
export const savedSessions: () => Promise<readonly SavedSession[] | undefined> = cache(async () => {
  const { status, body } = await callFlow(http, '/')
  return status === 200 ? (body as { sessions: SavedSession[] }).sessions : undefined
})

export async function savedSession(id: string | undefined): Promise<SavedSession | undefined> {
  return (await savedSessions())?.find(({ session }) => session === id)
}
