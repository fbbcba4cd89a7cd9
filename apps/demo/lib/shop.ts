// The one composition of this server.

import 'server-only'
import { reloadable, singleton } from 'dogear/next'
import { type Composition, composed, engineOn, openStore } from './composition.ts'

const opened = singleton('demo.store', openStore)

/** In development an edited flow makes a new engine at the next request; connections stay as they are. */
const engine = reloadable(
  'demo.engine',
  () => engineOn(opened),
  (old) => old.close(),
)

export const shop: Composition = composed(engine, opened)
