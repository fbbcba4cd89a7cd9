// The one composition of this server.

import 'server-only'
import { singleton } from 'dogear/next'
import { type Composition, compose } from './composition.ts'

/** One per process; a reload of this module in development finds the one that is there. */
export const shop: Composition = singleton('demo.shop', compose)
