// The place where sessions are kept: a Postgres inside of this process, with its data in the folder .data.
import { PGlite } from '@electric-sql/pglite'
import { postgresStore } from 'dogear/postgres'

export async function openStore() {
  const database = await PGlite.create('.data')
  return { store: postgresStore(database), close: () => database.close() }
}
