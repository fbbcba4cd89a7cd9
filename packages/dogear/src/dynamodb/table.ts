// The definition of the table that holds everything: sessions, their agenda, the directory.

import type { CreateTableCommandInput, UpdateTimeToLiveCommandInput } from '@aws-sdk/client-dynamodb'

/** The index over the sessions that are due some time; those that are not have none of its attributes. */
export const agendaIndex = 'agenda'

/** Names the table a definition is of ("dogear"). */
export type TableOptions = { name?: string }

/**
 * The table for `CreateTableCommand`, for `aws dynamodb create-table --cli-input-json` or a template: two keys, one
 * sparse index of keys only, paid per request. Change what else you like, such as tags, encryption or the billing.
 *
 * Let the service delete what expired with `dynamodbTimeToLive`.
 */
export const dynamodbTable = ({ name = 'dogear' }: TableOptions = {}): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'partition', AttributeType: 'N' },
    { AttributeName: 'claimableAt', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: agendaIndex,
      KeySchema: [
        { AttributeName: 'partition', KeyType: 'HASH' },
        { AttributeName: 'claimableAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
})

/** For `UpdateTimeToLiveCommand`: the attribute after whose time the service deletes an item, within a few days. */
export const dynamodbTimeToLive = ({ name = 'dogear' }: TableOptions = {}): UpdateTimeToLiveCommandInput => ({
  TableName: name,
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
})
