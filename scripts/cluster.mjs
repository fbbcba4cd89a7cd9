// `npm run cluster`: a Redis Cluster on this machine for development, until it is told to stop.
import { bootstrap } from './bootstrap.mjs'
import { bold, command, failure, say } from './output.mjs'
import { onStop } from './stopping.mjs'

command(async () => {
  bootstrap()
  const { portIsFree } = await import('./processes.mjs')
  const { startRedisCluster } = await import('./services.mjs')

  const port = Number(process.env.CLUSTER_PORT || 7001)
  if (!Number.isInteger(port) || port < 1 || port > 65_530) {
    throw failure(`CLUSTER_PORT must be the first of six ports, and it is "${process.env.CLUSTER_PORT}".`)
  }
  for (let at = port; at < port + 6; at++) {
    if (!(await portIsFree(at))) {
      throw failure(
        `Port ${at} is in use: stop what listens there, or choose others with CLUSTER_PORT=… npm run cluster.`,
      )
    }
  }
  say('Starting three primaries and three replicas …')
  const { url, stop } = await startRedisCluster({ port })
  onStop(async () => {
    await stop()
    process.exit(0)
  })
  say(`A Redis Cluster is at ports ${port} to ${port + 5}; what it holds ends with it — Ctrl-C stops it`)
  say(`Kill one of its servers to see its replica take over: redis-cli -p ${port} shutdown nosave`)
  console.log(bold(`REDIS_URL=${url}`))
})
