// Entry `dogear/dynamodb`.

export { type DynamodbStoreOptions, recommendedDynamodbOptions } from './options.ts'
export { type DynamodbStore, dynamodbStore } from './store.ts'
export { dynamodbTable, dynamodbTimeToLive } from './table.ts'
