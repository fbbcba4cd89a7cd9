// `dogear dynamodb table`: prints the table that the store on DynamoDB needs, or makes it.

import type { DynamodbStore } from '../../dynamodb/store.ts'
import { dynamodbTable, dynamodbTimeToLive } from '../../dynamodb/table.ts'
import { DogearError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import type { Command } from '../command.ts'

const refusal = 'there is only "dogear dynamodb table"'

/** Prints the inputs of `CreateTable` and `UpdateTimeToLive`, for the AWS command line or a template. */
export const dynamodb: Command<{ create?: boolean }> = {
  name: 'dynamodb',
  summary: 'Print the table that the store on DynamoDB needs, or make it.',
  arguments: [{ name: 'what', text: '"table"', refusal, parse: (text) => (text === 'table' ? text : undefined) }],
  options: [{ flags: '--create', text: 'make it, unless it is there, and let the service delete what expired' }],
  async run({ engine: { store } }, { create = false }, { out }) {
    if (!isDynamodb(store)) {
      const message = `the config has a ${store.name} store: this is for one of dynamodbStore`
      throw new DogearError('invalid_request', message)
    }
    const { table: name } = store
    if (create) {
      const made = await store.prepare()
      out.result({ table: name, made }, [`The table "${name}" ${made ? 'is made' : 'was there'}, and active.`])
      return 0
    }
    const definition = { createTable: dynamodbTable({ name }), updateTimeToLive: dynamodbTimeToLive({ name }) }
    out.result(definition, JSON.stringify(definition, null, 2).split('\n'))
    return 0
  },
}

const isDynamodb = (store: Store): store is DynamodbStore => store.name === 'dynamodb' && 'prepare' in store
