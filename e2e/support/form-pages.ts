// The pages of docs/forms.md, bundled as they stand there, rendered and served with their flow by a small server.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createEngine, type Flow, memoryStore } from 'dogear'
import { createHttp, type Http } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { build } from 'esbuild'
import { root } from '../../scripts/bootstrap.mjs'

/** The component of each page, by its path. */
const pages = {
  '/react-hook-form': 'WithReactHookForm',
  '/tanstack-form': 'WithTanStackForm',
  '/conform': 'WithConform',
}

export type FormPages = { url: string; paths: readonly string[]; http: Http; stop(): Promise<void> }

/** The module of a page's server side. */
type Rendered = { registration: Flow; render(path: string, view: unknown): string }

export async function serveFormPages(): Promise<FormPages> {
  // Inside the repository, because the pages import its packages.
  const folder = mkdtempSync(join(root, 'e2e/.forms-'))
  try {
    layOut(folder)
    const shared = { bundle: true, format: 'esm', jsx: 'automatic', outdir: folder, logLevel: 'error' } as const
    const define = { 'process.env.NODE_ENV': '"production"' }
    await Promise.all([
      build({ ...shared, entryPoints: [join(folder, 'browser.tsx')], platform: 'browser', define }),
      build({ ...shared, entryPoints: [join(folder, 'server.tsx')], platform: 'node', packages: 'external' }),
    ])
    const { registration, render }: Rendered = await import(pathToFileURL(join(folder, 'server.js')).href)
    const script = readFileSync(join(folder, 'browser.js'))
    return await serve(registration, render, script)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes the files of the page's code blocks, and the two ends that use them. */
function layOut(folder: string): void {
  const document = readFileSync(join(root, 'docs/forms.md'), 'utf8')
  for (const [, name = '', code = ''] of document.matchAll(/^```tsx? file=(\S+)\n([\s\S]*?)^```$/gm)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), code)
  }
  const entries = Object.entries(pages)
  const parts = `
${entries.map(([path, name]) => `import { ${name} } from './components/with${path.replace('/', '-')}.tsx'`).join('\n')}
export const parts = { ${entries.map(([path, name]) => `'${path}': ${name}`).join(', ')} }
`
  writeFileSync(join(folder, 'parts.tsx'), parts)
  writeFileSync(
    join(folder, 'browser.tsx'),
    `import { hydrateRoot } from 'react-dom/client'
import { parts } from './parts.tsx'
const view = JSON.parse(document.getElementById('view').textContent)
const Part = parts[location.pathname]
hydrateRoot(document.getElementById('page'), <Part view={view} />)
`,
  )
  writeFileSync(
    join(folder, 'server.tsx'),
    `import { renderToString } from 'react-dom/server'
import { parts } from './parts.tsx'
export { registration } from './flows/registration.ts'
export function render(path, view) {
  const Part = parts[path]
  return renderToString(<Part view={view} />)
}
`,
  )
}

async function serve(flow: Flow, render: Rendered['render'], script: Buffer): Promise<FormPages> {
  const engine = createEngine({ store: memoryStore(), flows: [flow] })
  const http = createHttp({ engine })
  const listener = createNodeListener(http)
  const server = createServer((incoming, outgoing) =>
    listener(incoming, outgoing, () => void answer(incoming, outgoing)),
  )
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '/', url).pathname
    if (path === '/script.js') return void outgoing.setHeader('content-type', 'text/javascript').end(script)
    // Without JavaScript a form comes back to the address of its step.
    const page = Object.hasOwn(pages, path) ? path : '/conform'
    if (incoming.headers.accept?.includes('text/html') !== true) return void outgoing.writeHead(404).end()
    const { cookie = '' } = incoming.headers
    const headers = { host: new URL(url).host, cookie }
    const view = await (await http.handle(new Request(`${url}/api/flows/registration`, { headers }))).json()
    const data = JSON.stringify(view).replaceAll('<', '\\u003c')
    outgoing.setHeader('content-type', 'text/html; charset=utf-8').end(
      `<!doctype html><html lang="en"><title>${page}</title><link rel="icon" href="data:,">
<main id="page">${render(page, view)}</main>
<script type="application/json" id="view">${data}</script><script type="module" src="/script.js"></script></html>`,
    )
  }

  return {
    url,
    paths: Object.keys(pages),
    http,
    async stop() {
      server.closeAllConnections()
      server.close()
      await engine.close(0)
    },
  }
}
