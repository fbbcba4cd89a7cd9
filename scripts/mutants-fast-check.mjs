// fast-check with few cases a property, always the same ones and not shrunk: hundreds of mutants run the same tests.
import * as fc from 'fast-check'

const few = { numRuns: 12, seed: 1, endOnFailure: true }

export * from 'fast-check'
export const assert = /** @type {typeof fc.assert} */ (
  (property, options) => fc.assert(property, { ...options, ...few })
)
export default { ...fc, assert }
