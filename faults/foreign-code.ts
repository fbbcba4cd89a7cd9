// Every hook of the application, made to throw, reject or hang at random: the flow's own code, the driver, listeners.

import type { Store } from 'dogear'
import { around } from '../packages/dogear/src/store/around.ts'
import type { FlowName, flows } from './flow.ts'
import { createRandom } from './random.ts'

// biome-ignore lint/suspicious/noExplicitAny: hooks of any shape are made to fail alike.
type Hook = (...args: any[]) => unknown

type Checkout = (typeof flows)[FlowName]

export type Astray = {
  /** `hook`, which fails now and then; `often`: every other time, for one that is seldom called. */
  hook<H extends Hook>(hook: H, often?: boolean): H
  flow: Checkout
  /** A driver some of whose calls fail at once, before they were made. */
  store(store: Store): Store
}

/** The share of calls that fail is `rate`; `failed` is called for each of them. */
export function astray(
  flow: Checkout,
  { seed, rate, failed }: { seed: number; rate: number; failed: () => void },
): Astray {
  const random = createRandom(seed)
  const ways: (() => unknown)[] = [
    () => {
      throw new Error('astray')
    },
    () => {
      throw null
    },
    () => Promise.reject(new Error('astray, later')),
    () => new Promise(() => {}),
  ]
  const hook = <H extends Hook>(call: H, often = false): H =>
    ((...args: unknown[]) => {
      if (!random.chance(often && rate > 0 ? 0.5 : rate)) return call(...args)
      failed()
      return random.pick(ways)()
    }) as H
  return {
    hook,
    flow: strayed(flow, hook),
    store: (store) =>
      around(store, (request) => {
        if (!random.chance(rate)) return request()
        failed()
        if (random.chance(0.5)) throw new Error('the driver failed at once')
        return Promise.reject(new Error('the driver failed'))
      }),
  }
}

// Only a person sets these off. A result or a timer that the flow cannot take would be set aside, for good.
const guards = ['priceHeld', 'shippingGiven', 'paymentGiven']
const assigns = ['saveShipping', 'savePayment', 'markPriceHeld']

function strayed(checkout: Checkout, hook: Astray['hook']): Checkout {
  const known = checkout.machine.implementations as unknown as Record<'guards' | 'actions', Record<string, Hook>>
  for (const name of guards) known.guards[name] = hook(known.guards[name] as Hook)
  for (const name of assigns) {
    const action = known.actions[name] as Hook & { assignment: Hook | Record<string, unknown> }
    const { assignment } = action
    const made = typeof assignment === 'function' ? assignment : () => assignment
    known.actions[name] = Object.assign((...args: unknown[]) => action(...args), action, { assignment: hook(made) })
  }
  const schemas = Object.entries(checkout.events).map(([type, schema]) => {
    const { validate, ...standard } = schema['~standard']
    return [type, { '~standard': { ...standard, validate: hook(validate) } }]
  })
  const events = Object.fromEntries(schemas)
  return {
    ...checkout,
    provide: (given) => ({ ...checkout.provide(given), events, view: hook(checkout.view) }),
  }
}
