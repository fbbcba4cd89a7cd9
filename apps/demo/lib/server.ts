// The one composition of this server, and its HTTP shell.

import 'server-only'
import { createHttp, type Http } from 'dogear/http'
import { singleton } from 'dogear/next'
import { type Composition, compose, report } from './composition.ts'

export { checkout } from './composition.ts'

const { env } = process

/** One per process; a reload of this module in development finds the one that is there. */
export const shop: Composition = singleton('demo.shop', compose)

export const http: Http = singleton('demo.http', () =>
  createHttp({
    engine: shop.engine,
    origins: env.DEMO_ORIGIN?.split(',').map((origin) => origin.trim()) ?? [],
    insecureOnLocalhost: env.DOGEAR_INSECURE_LOCALHOST === '1',
    production: env.NODE_ENV === 'production',
    onError: report,
  }),
)
