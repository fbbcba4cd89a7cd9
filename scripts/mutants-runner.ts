// Runs the tests of a file, but does not even load the file once a test has failed: the mutant is noticed.
import { it, TestRunner } from 'vitest'

export default class SparingRunner extends TestRunner {
  #noticed = false

  override cancel(reason: Parameters<TestRunner['cancel']>[0]): void {
    this.#noticed = true
    super.cancel(reason)
  }

  override importFile(path: string, source: 'collect' | 'setup'): unknown {
    if (!this.#noticed) return super.importFile(path, source)
    if (source === 'collect') it.skip('spared', () => {})
  }
}
