// Entry `dogear/postgres`.

export type { PostgresClient } from './database.ts'
export { type PostgresStoreOptions, recommendedPoolOptions } from './options.ts'
export { type PostgresStore, postgresStore } from './store.ts'
