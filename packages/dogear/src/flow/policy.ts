// The policy of an effect, complete: defaults stand where its flow says nothing.

import type { Flow } from './define.ts'
import { toMs } from './duration.ts'

export type Policy = { attempts: number; backoffMs: number; timeoutMs: number }

/** How effects of the actor `src` are run in `flow`. */
export function policyOf({ effects }: Pick<Flow, 'effects'>, src: string): Policy {
  const { attempts = 5, backoff = 500, timeout = 30_000 } = effects[src] ?? {}
  return { attempts, backoffMs: toMs(backoff), timeoutMs: toMs(timeout) }
}
