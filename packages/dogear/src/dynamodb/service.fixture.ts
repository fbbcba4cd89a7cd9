// A proxy before dynalite that answers as the service does where dynalite does not: the item of a refused condition,
// time to live, backups, tables that take a while. It plants faults: errors, lost replies, an index that lags, a clock
// of its own.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Call = { operation: string; body: Record<string, unknown> }
type Answer = { status: number; headers: Record<string, unknown>; body: Record<string, unknown> }

/**
 * `name` is that of an error of the service. `lost`: it is carried out, and the connection ends without an answer.
 * `silent`: it is carried out, and there is never an answer.
 */
export type Fault = { name: string; status?: number; message?: string } | 'lost' | 'silent' | undefined

export type Service = {
  port: number
  /** The operations that came, in order. */
  calls: string[]
  /** The fault of a call, if it has any. */
  fault: (call: Call) => Fault
  /** How far the service's clock is ahead of this machine's, in milliseconds. */
  aheadMs: number
  /** While true, queries of the index are answered as they were when they last found something. */
  indexLags: boolean
  /** So many times, a table that is there is said to be made yet. */
  creating: number
  /** Tables whose items the service deletes, and tables with backups. */
  timeToLive: Set<unknown>
  backups: Set<unknown>
  close(): Promise<void>
}

export async function serviceBefore(dynalitePort: number): Promise<Service> {
  const index = new Map<string, Answer>()
  const server = createServer((incoming, outgoing) => {
    // A call that cannot be handed on is one without an answer.
    answered(incoming, outgoing).catch(() => incoming.socket.destroy())
  })

  async function answered(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await buffer(incoming)
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? ''
    const call: Call = { operation, body: JSON.parse(String(sent) || '{}') }
    service.calls.push(operation)
    const fault = service.fault(call)
    if (typeof fault === 'object') return reply(outgoing, errorOf(fault))
    const answer = (await own(call)) ?? (await asked(call))
    if (fault === 'lost') return void incoming.socket.destroy()
    if (fault !== 'silent') reply(outgoing, answer)
  }

  /** Sends a call on to dynalite. */
  async function forward({ operation, body }: Call): Promise<Answer> {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=a/1/b/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
      'x-amz-date': 'now',
    }
    // Dynalite ends connections that rest, and one that is taken up again at that moment is lost.
    const sent = request({ host: '127.0.0.1', port: dynalitePort, method: 'POST', headers, agent: false })
    sent.end(text)
    const [response] = await once(sent, 'response')
    return { status: response.statusCode, headers: {}, body: JSON.parse(String(await buffer(response))) }
  }

  async function asked(call: Call): Promise<Answer> {
    const { TableName, Key, IndexName, ReturnValuesOnConditionCheckFailure: wanted } = call.body
    const name = JSON.stringify([TableName, IndexName, call.body.ExpressionAttributeValues]).replace(/":until".*/, '')
    if (IndexName !== undefined && service.indexLags) return index.get(name) ?? { ...ok, body: { ScannedCount: 0 } }
    const answer = await forward(call)
    if (IndexName !== undefined && answer.body.Count !== 0) index.set(name, answer)
    if (wanted !== 'ALL_OLD' || !String(answer.body.__type).endsWith('ConditionalCheckFailedException')) return answer
    const found = await forward({ operation: 'GetItem', body: { TableName, Key, ConsistentRead: true } })
    return { ...answer, body: { ...answer.body, Item: found.body.Item } }
  }

  /** The answers to what dynalite does not know. */
  async function own(call: Call): Promise<Answer | undefined> {
    const { operation, body } = call
    const { TableName: table } = body
    if (operation === 'DescribeTable' && service.creating > 0) return madeYet(await forward(call))
    const status = (on: boolean) => (on ? 'ENABLED' : 'DISABLED')
    if (operation === 'UpdateTimeToLive') {
      service.timeToLive.add(table)
      return { ...ok, body: {} }
    }
    if (operation === 'DescribeTimeToLive') {
      const TimeToLiveStatus = status(service.timeToLive.has(table))
      return { ...ok, body: { TimeToLiveDescription: { TimeToLiveStatus, AttributeName: 'ttl' } } }
    }
    if (operation !== 'DescribeContinuousBackups') return undefined
    const PointInTimeRecoveryStatus = status(service.backups.has(table))
    const ContinuousBackupsDescription = { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } }
    return { ...ok, body: { ContinuousBackupsDescription } }
  }

  function madeYet({ body, ...rest }: Answer): Answer {
    if (!body.Table) return { ...rest, body }
    service.creating--
    return { ...rest, body: { Table: { ...body.Table, TableStatus: 'CREATING' } } }
  }

  function reply(outgoing: ServerResponse, { status, body }: Answer): void {
    const date = new Date(Date.now() + service.aheadMs).toUTCString()
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', date })
    outgoing.end(JSON.stringify(body))
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const service: Service = {
    port: (server.address() as AddressInfo).port,
    calls: [],
    fault: () => undefined,
    aheadMs: 0,
    indexLags: false,
    creating: 0,
    timeToLive: new Set(),
    backups: new Set(),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return service
}

const ok = { status: 200, headers: {} }

const errorOf = ({ name, status = 400, message = 'planted' }: Extract<Fault, object>): Answer => ({
  status,
  headers: {},
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message },
})

/** The first calls of these operations have a fault each. */
export function faultsOf(operation: string, faults: readonly Fault[]): Service['fault'] {
  const left = [...faults]
  return (call) => (call.operation === operation ? left.shift() : undefined)
}
