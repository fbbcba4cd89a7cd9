// Entry `dogear/postgres`.

export type { PostgresClient } from './database.ts'
export { recommendedPoolOptions } from './options.ts'
export { type PostgresStore, type PostgresStoreOptions, postgresStore } from './store.ts'
