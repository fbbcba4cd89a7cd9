// The shop as servers of two builds, on one Redis behind one balancer, to be deployed and rolled back at will.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPayments, startWeb } from '../../scripts/demo-app.mjs'
import { type BuildName, buildFolder } from '../../scripts/demo-build.mjs'
import { freePort } from '../../scripts/processes.mjs'
import { startBalancer } from './balancer.ts'
import { cleared } from './cleared.ts'
import type { Charge } from './demo.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

export const before: BuildName = 'earlier'
export const after: BuildName = 'today'

export type Fleet = {
  /** The balancer's origin. */
  url: string
  redis: OwnRedis
  /** The keys that all servers seal and open with. */
  keys: string
  /** Makes these builds the ones that serve: starts those that do not run yet, then ends the others politely. */
  serve(...builds: BuildName[]): Promise<void>
  /** While set, says which build is to answer a request; undefined leaves it to the balancer. */
  direct(rule: ((request: { method: string; path: string }) => BuildName | undefined) | undefined): void
  charges(): Promise<Charge[]>
  log(): string
  stop(): Promise<void>
}

export async function startFleet(): Promise<Fleet> {
  const data = await mkdtemp(join(tmpdir(), 'dogear-fleet-'))
  await mkdir(join(data, 'redis'))
  const redis = await startOwnRedis(join(data, 'redis'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const paymentsPort = await freePort()
  const ports = { [before]: await freePort(), [after]: await freePort() } as Record<BuildName, number>
  const balancer = await startBalancer(port, [buildFolder(before), buildFolder(after)])
  const keys = `fleet:${randomBytes(32).toString('base64url')}`
  const lines: string[] = []
  const settingsOf = (own: number, build: BuildName) => ({
    port: own,
    build,
    paymentsPort,
    data,
    env: {
      ...cleared,
      REDIS_URL: redis.url,
      DEMO_ORIGIN: url,
      DEMO_URL: url,
      DOGEAR_KEYS: keys,
    },
    onLine: (line: string) => {
      lines.push(line)
    },
  })
  const payments = await startPayments(settingsOf(port, after))
  const running = new Map<BuildName, Awaited<ReturnType<typeof startWeb>>>()

  return {
    url,
    redis,
    keys,
    async serve(...builds) {
      for (const build of builds)
        if (!running.has(build)) running.set(build, await startWeb(settingsOf(ports[build], build)))
      await balancer.to(builds.map((build) => ports[build]))
      for (const [build, web] of running) {
        if (builds.includes(build)) continue
        await web.stop()
        running.delete(build)
      }
    },
    direct(rule) {
      balancer.rule =
        rule &&
        ((request) => {
          const build = rule(request)
          return build && ports[build]
        })
    },
    charges: async () => {
      const text = await readFile(join(data, 'payments.ndjson'), 'utf8').catch(() => '')
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): Charge => JSON.parse(line))
    },
    log: () => lines.join('\n'),
    async stop() {
      await balancer.close()
      for (const web of running.values()) web.kill('SIGKILL')
      await Promise.all([...running.values()].map((web) => web.exited))
      await payments.stop()
      await redis.stop()
      await rm(data, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
