// The way back into an order from the page of a bank, which may be open in another browser.

import { type Engine, isDogearError } from 'dogear'
import { publicUrl } from './addresses.ts'

/** `code` is for a browser that runs no scripts, and so reads no link. The same for the same effect. */
export type ReturnLink = (charge: { session: string; effectId: string }) => Promise<{ url: string; code?: string }>

const { HANDOFF_MS } = process.env

/** Shortened for demonstrations. */
const lifetime = HANDOFF_MS ? Number(HANDOFF_MS) : '1 hour'

/**
 * The links of an engine. For an order from before they were prepared it is the shop's own address: the browser that
 * has the order finds it there.
 */
export const returnLinkOf =
  (engine: () => Pick<Engine, 'issueHandoff'>): ReturnLink =>
  async ({ session, effectId }) => {
    try {
      return await engine().issueHandoff({ flow: 'checkout', session }, { mode: 'join', lifetime, opId: effectId })
    } catch (error) {
      if (isDogearError(error) && error.code === 'not_accepted') return { url: publicUrl }
      throw error
    }
  }
