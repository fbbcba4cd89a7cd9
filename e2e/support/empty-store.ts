// An empty embedded Postgres to copy: creating one takes seconds of CPU, and a copy takes almost none.
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { cache } from '../../scripts/bootstrap.mjs'

/** The folder that keeps the empty database of this PGlite version between runs. */
async function location(): Promise<string> {
  const require = createRequire(import.meta.url)
  const entry = await readFile(require.resolve('@electric-sql/pglite'))
  return join(cache, `pglite-${createHash('sha256').update(entry).digest('hex').slice(0, 12)}`)
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Creates the database unless it is there; called once before the workers start. */
export async function prepareEmptyStore(): Promise<void> {
  const target = await location()
  if (await exists(target)) return
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'pglite-new-'))
  const database = new PGlite(folder)
  await database.waitReady
  await database.close()
  await rename(folder, target)
}

/** Puts an empty database at `folder`, where a demo looks for it. */
export async function copyEmptyStore(folder: string): Promise<void> {
  await cp(await location(), folder, { recursive: true })
}
