// `npm run bench -- profile <file …>`: sums the CPU profiles of a run by area, the costliest first.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

type Frame = { functionName: string; url: string; lineNumber: number }
type Node = { id: number; callFrame: Frame; children?: number[] }
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] }

/** The source file of every line of a bundle: esbuild names each module in a comment above it. */
function sourcesOf(bundle: string): string[] {
  let current = ''
  return readFileSync(bundle, 'utf8')
    .split('\n')
    .map((line) => {
      current =
        /^\/\/ (?:[./]*)((?:packages|bench|node_modules|contenders)\/\S+|[\w-]+\.ts)$/.exec(line)?.[1] ?? current
      return current
    })
}

const bundles = new Map<string, string[]>()

/** The area that a frame belongs to by itself; undefined for those that work for their caller. */
function areaOf({ url, lineNumber, functionName }: Frame): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collector'
  if (functionName === '(program)') return 'the machine below'
  if (/undici|webstreams|abort_controller|js_transferable|internal\/url/.test(url)) return 'web Request and Response'
  if (/modules\/(esm|cjs)|bootstrap/.test(url)) return 'loading'
  if (!url.startsWith('file:')) return undefined
  const file = fileURLToPath(url)
  if (!file.includes('/dist/contenders/'))
    return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'the bundled app'
  if (!bundles.has(file)) bundles.set(file, sourcesOf(file))
  const source = bundles.get(file)?.[lineNumber] ?? ''
  const [, folder] = /packages\/dogear\/src\/([\w-]+)/.exec(source) ?? []
  return folder ? `dogear ${folder}` : (/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? 'the contender')
}

/** Microseconds by area, and by function with its area. */
function sum({ nodes, samples, timeDeltas }: Profile) {
  const known = new Map<number, { area: string; frame: Frame }>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const visit = (node: Node, callers: string): void => {
    const area = areaOf(node.callFrame) ?? callers
    known.set(node.id, { area, frame: node.callFrame })
    for (const child of node.children ?? []) visit(byId.get(child) as Node, area)
  }
  visit(nodes[0] as Node, 'node')
  const areas = new Map<string, number>()
  const functions = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const { area = '', frame } = known.get(id) ?? {}
    if (!frame || frame.functionName === '(idle)') continue
    const micros = timeDeltas[index] ?? 0
    const name = `${frame.functionName || 'without a name'} (${area})`
    areas.set(area, (areas.get(area) ?? 0) + micros)
    functions.set(name, (functions.get(name) ?? 0) + micros)
  }
  return { areas, functions }
}

for (const file of process.argv.slice(3)) {
  const { areas, functions } = sum(JSON.parse(readFileSync(file, 'utf8')))
  const all = [...areas.values()].reduce((total, micros) => total + micros, 0)
  console.log(`\n${file}: busy for ${(all / 1e6).toFixed(1)} s`)
  for (const [list, most] of [
    [areas, 30],
    [functions, 25],
  ] as const) {
    for (const [name, micros] of [...list].sort((a, b) => b[1] - a[1]).slice(0, most))
      console.log(`  ${((100 * micros) / all).toFixed(1).padStart(5)} %  ${name}`)
    console.log()
  }
}
