// Runs once before the first test: every server of the run serves one of these builds, and every embedded store begins as this copy.
import { buildDemo } from '../../scripts/demo-build.mjs'
import { prepareEmptyStore } from './empty-store.ts'

export default async function prepare(): Promise<void> {
  await buildDemo('earlier')
  await buildDemo()
  await prepareEmptyStore()
}
