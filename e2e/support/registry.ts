// The npm registry as it will be once the packages are published: ours are served, all others where they are.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Registry = { url: string; stop(): Promise<void> }

/** Serves packed packages by the protocol of npm, each as the only version of its name. */
export async function startRegistry(tarballs: readonly string[]): Promise<Registry> {
  const others = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  const packages = new Map(tarballs.map((tarball) => [manifestIn(tarball).name, tarball]))
  const server = createServer(({ url = '/' }, response) => {
    const [, name = '', file] = url.split('/')
    const tarball = packages.get(name)
    // npm keeps what it gets from the other registry under the address there, so the port here can be any.
    if (!tarball) response.writeHead(302, { Location: new URL(url.slice(1), others).href }).end()
    else if (file) response.end(readFileSync(tarball))
    else
      response
        .setHeader('Cache-Control', 'no-store')
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify(described(tarball, registry.url)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const registry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return registry
}

function described(tarball: string, url: string) {
  const { name, version, ...manifest } = manifestIn(tarball)
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  const dist = { tarball: `${url}/${name}/${version}.tgz`, integrity }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, ...manifest, dist } } }
}

function manifestIn(tarball: string): { name: string; version: string } {
  return JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }))
}
