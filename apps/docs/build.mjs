// Builds the site of the docs into dist, then looks at its links and its search. `--dev` serves it while it is edited.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { build, createServer } from 'vitepress'
import { writeDocs } from '../../packages/dogear/docs.mjs'
import { deadLinks } from './links.mjs'
import { questions, unanswered } from './questions.mjs'
import { writeReference } from './reference.mjs'

const here = import.meta.dirname
const site = join(here, 'dist')
const texts = join(here, '.vitepress', 'cache', 'texts')

await writeReference(join(here, 'api'))
if (process.argv.includes('--dev')) {
  const server = await createServer(here)
  await server.listen()
  server.printUrls()
} else {
  await build(here)
  // Beside each page lies its text, for machines that begin at llms.txt.
  writeDocs(texts)
  cpSync(texts, site, { recursive: true })
  const dead = deadLinks(site)
  const missed = await unanswered(site)
  for (const fault of [...dead.map((link) => `dead link on ${link}`), ...missed]) console.error(fault)
  if (dead.length + missed.length > 0) process.exitCode = 1
  else console.log(`The site is built: no dead link, and a search answers each of ${questions.length} questions.`)
}
