// A data folder in which the embedded Postgres has been created: making one takes seconds of CPU, copying it does not.
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { cache } from '../../scripts/bootstrap.mjs'

/** Where the copy for this version of PGlite is kept between runs. */
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

/** Makes the copy unless it is there; called once before the workers start. */
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

/** Puts an empty, ready store where a demo with this data folder looks for it. */
export async function copyEmptyStore(data: string): Promise<void> {
  await cp(await location(), join(data, 'pglite'), { recursive: true })
}
