// `npm run bench`: bundles a program of the bench and runs it. The first argument names it: agenda, memory, micro,
// profile, wakes; without one, all contenders run.
import { pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'

const [first = 'main'] = process.argv.slice(2)
await import(pathToFileURL(await bundle([first.startsWith('-') ? 'main' : first])).href)
