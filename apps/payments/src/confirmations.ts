// Charges that their person has to confirm on a page of the provider, in whatever browser that is opened.
import type { ChargeRequest, Charges } from './charges.ts'
import type { Ledger } from './ledger.ts'

/** Where the person goes afterwards; `returnCode` is what the shop asks a browser for that runs no scripts. */
export type Return = { returnUrl: string; returnCode?: string | undefined }

export type Confirmation = ChargeRequest & Return & { id: string }

export type Confirmations = {
  /** Files the way back of a charge that waits; false if no such charge does. Again, it changes nothing. */
  begin(id: string, to: Return): Promise<boolean>
  /** The confirmation with its result, if there is one. */
  find(id: string): (Confirmation & { result: 'charged' | 'declined' | undefined }) | undefined
  /** The person's answer; only the first one counts. */
  answer(id: string, confirmed: boolean): Promise<void>
}

/** They are kept in a file of their own, so that a page works after a restart, too. */
export function createConfirmations(file: Ledger<Confirmation>, charges: Charges): Confirmations {
  const begun = new Map(file.charges.map((confirmation) => [confirmation.id, confirmation]))
  return {
    async begin(id, to) {
      if (begun.has(id)) return true
      const charge = charges.waiting(id)
      if (!charge) return false
      const confirmation = { id, ...charge, ...to }
      await file.append(confirmation)
      begun.set(id, confirmation)
      return true
    },
    find(id) {
      const found = begun.get(id)
      return found && { ...found, result: charges.resultOf(id) }
    },
    async answer(id, confirmed) {
      const found = begun.get(id)
      if (!found) return
      const { idempotencyKey, amount, token, reference } = found
      await charges.settle({ idempotencyKey, amount, token, reference }, confirmed ? 'charged' : 'declined')
    },
  }
}
