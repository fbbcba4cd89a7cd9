// Commits whose replies are lost, commits that never reach Redis, and connections that are slow or dead.

import { type Line, type RedisProxy, startProxy } from '../proxy.ts'
import { createRandom } from '../random.ts'
import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'

const lines: readonly Line[] = [
  { mode: 'pass' },
  { mode: 'pass' },
  { mode: 'delay', ms: 30 },
  { mode: 'split' },
  { mode: 'blackhole' },
]

export async function lostReplies(options: Size): Promise<Finding> {
  let proxy: RedisProxy | undefined
  const random = createRandom(options.seed + 1)
  try {
    return await crowd({
      fault: 'reply dropped after execution',
      ...options,
      async settings({ redis }) {
        proxy = await startProxy(redis.port)
        proxy.decide = (words) => {
          // A commit has nine arguments and more after its two keys; no other script of a session has so many.
          const isCommit = /^eval/i.test(String(words[0])) && Number(String(words[2])) <= 4 && words.length >= 14
          if (!isCommit || random.chance(0.75)) return 'pass'
          return random.chance(0.7) ? 'drop-reply' : 'drop-request'
        }
        return { REDIS_URL: `redis://127.0.0.1:${proxy.port}` }
      },
      async disturb({ over }) {
        while (proxy && !over.aborted) {
          proxy.line = random.pick(lines)
          await pause(proxy.line.mode === 'pass' ? 2_000 : 700, over)
        }
        return proxy ? proxy.dropped.replies + proxy.dropped.requests : 0
      },
    })
  } finally {
    await proxy?.close()
  }
}
