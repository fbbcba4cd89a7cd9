// A shop during a deploy, for tests: engines of both versions of the checkout on one store in memory, and a shopper.

import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createEngine, fromEffect, memoryStore } from 'dogear'
import type { Credential, Reply } from 'dogear/http'
import { layEarlier } from '../../../../scripts/demo-earlier.mjs'
import { type Charge, type ChargeInput, type CheckoutView, checkout } from './flow.ts'

const { checkout: checkout1 } = await earlier()

/** Version 1 of the checkout, as the earlier build has it. */
async function earlier(): Promise<typeof import('../../../../e2e/earlier/flows/checkout/flow.ts')> {
  return await import(/* @vite-ignore */ join(layEarlier(), 'flows/checkout/flow.ts'))
}

type Charging = (input: ChargeInput, version: number) => Promise<Charge>

/** The shop before a deploy and after it. Time stands still unless `pass` lets it go by. */
export function shopOverDeploy(charging: Charging = async () => ({ chargeId: 'ch_1' })) {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = memoryStore({ clock })
  const serve = (flow: typeof checkout | typeof checkout1) => {
    const chargeCard = fromEffect<Charge, ChargeInput>(({ input }) => charging(input, flow.version))
    // A charge that takes long must not hold the test up.
    return createEngine({ store, clock, effectWaitMs: 50, flows: [flow.provide({ actors: { chargeCard } })] })
  }
  const engines = { 1: serve(checkout1), 2: serve(checkout) }
  return {
    engines,
    pass: (ms: number) => {
      now += ms
    },
    close: () => Promise.all([engines[1].close(0), engines[2].close(0)]),
  }
}

export type Shop = ReturnType<typeof shopOverDeploy>
export type Version = keyof Shop['engines']
type Sent = { type: string; [field: string]: unknown }

/** One browser. `at` is the version of the servers, `page` that of the page (the same unless said otherwise). */
export function shopper({ engines }: Shop) {
  let credential: Credential | undefined
  let count = 0
  const mint = (): Credential => {
    const hash = () => createHash('sha256').update(randomBytes(32)).digest('base64url')
    return { id: hash(), secretHash: hash() }
  }
  async function note(reply: Promise<Reply>): Promise<Reply> {
    const { created } = await reply
    credential = created ?? credential
    return reply
  }
  const caller = () => ({ credential, mint, input: () => ({ knownEmail: null }) })
  const read = async (at: Version) => (await engines[at].read('checkout', caller())) as CheckoutView
  return {
    read,
    id: () => credential?.id ?? '',
    /** Sends from the step the person is at, or from `step` as its page would. */
    async send(at: Version, event: Sent, { page = at, step }: { page?: Version; step?: string } = {}): Promise<Reply> {
      const view = await read(at)
      const from = step ?? view.step
      return note(
        engines[at].send('checkout', caller(), {
          opId: `checkout-${++count}`,
          version: page,
          position: { epoch: view.epoch, revision: view.revision, mark: view.mark },
          ...(from ? { step: from } : {}),
          event,
        }),
      )
    },
    type: (at: Version, step: string, values: Record<string, unknown>, page: Version = at): Promise<Reply> =>
      note(engines[at].saveDraft('checkout', caller(), { opId: `checkout-${++count}`, step, values, version: page })),
  }
}
export type Shopper = ReturnType<typeof shopper>
