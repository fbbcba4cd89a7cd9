// The operation that made each version, read from the receipts in the records.

import { remember } from '../packages/dogear/src/turn/receipts.ts'
import type { Operation, SessionRecord, Version } from './journal.ts'

const nobody = { receipts: [], epoch: 0 } as unknown as SessionRecord

/** Operations by the number their receipts carry. */
export function byReceipt(operations: readonly Operation[]): Map<number, Operation> {
  return new Map(operations.map((operation) => [numberOf(operation.opId), operation]))
}

/** The number of the operation that wrote this version; undefined if the engine wrote it by itself. */
export function receiptOf({ receipts, revision }: SessionRecord): number | undefined {
  const last = receipts.at(-1)
  return last?.position.revision === revision ? last.op : undefined
}

/** The versions each operation made, by `opId`. */
export function toOperations(versions: readonly Version[], operations: readonly Operation[]): Map<string, Version[]> {
  const known = byReceipt(operations)
  const made = new Map<string, Version[]>()
  for (const version of versions) {
    const operation = known.get(receiptOf(version.record) ?? -1)
    if (operation) made.set(operation.opId, [...(made.get(operation.opId) ?? []), version])
  }
  return made
}

function numberOf(opId: string): number {
  return remember(nobody, { opId, event: { type: '' } }, 0)[0]?.op ?? -1
}
