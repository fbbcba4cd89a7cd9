// Runs once before the first test: makes the builds that all servers serve, and the database that all stores copy.
import { buildDemo } from '../../scripts/demo-build.mjs'
import { prepareEmptyStore } from './empty-store.ts'

export default async function prepare(): Promise<void> {
  await buildDemo('earlier')
  await buildDemo()
  await prepareEmptyStore()
}
