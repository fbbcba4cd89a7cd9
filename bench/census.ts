// Measures the memory of a census by the number of sessions in Redis: npm run bench -- census [sessions …].

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createEngine } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { startRedis } from '../scripts/services.mjs'
import { here } from './bundle.mjs'
import { answers, flow } from './flow.ts'
import { fill } from './growth/fill.ts'

const sizes = process.argv.slice(3).map(Number)
const original = 'original'.padEnd(43, '0')

/** Runs `dogear census` over what is in Redis: what it printed, how long it took, the most memory it had. */
async function census(url: string): Promise<{ text: string; seconds: number; peakMiB: number }> {
  const [bin, config] = [join(here, '../packages/dogear/bin.mjs'), join(here, 'census.config.ts')]
  const began = performance.now()
  const child = spawn(process.execPath, [bin, 'census', '--config', config, '--rate', '1000000'], {
    env: { ...process.env, BENCH_CENSUS_REDIS: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => (said.out += text))
  child.stderr.on('data', (text) => (said.err += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the census ended with ${code}: ${said.err}`)
  const peakMiB = Number(/^peak (\d+)$/m.exec(said.err)?.[1]) / 1024
  return { text: said.out.split('\n')[0] ?? '', seconds: (performance.now() - began) / 1000, peakMiB }
}

const service = await startRedis()
try {
  const client = new Redis(service.url, recommendedRedisOptions)
  const engine = createEngine({ store: redisStore(client), flows: [flow] })
  const mint = () => ({ id: original, secretHash: original })
  await engine.send(
    'bench',
    { credential: undefined, mint },
    { opId: 'op-1', event: { type: 'answered', ...{ answers } } },
  )
  for (const sessions of sizes.length > 0 ? sizes : [1_000, 100_000]) {
    await fill(client, original, sessions - 1)
    const { text, seconds, peakMiB } = await census(service.url)
    console.log(`${text}: ${seconds.toFixed(1)} s, ${peakMiB.toFixed(0)} MiB at most`)
  }
  client.disconnect()
} finally {
  await service.stop()
}
