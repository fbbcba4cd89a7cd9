// Fails every test that prints to the console or makes Node warn.
import { afterEach, beforeEach } from 'vitest'

const methods = /** @type {const} */ (['debug', 'error', 'info', 'log', 'trace', 'warn'])

/** @type {string[]} */
let printed = []
process.on('warning', (warning) => printed.push(`${warning.name}: ${warning.message}`))

beforeEach(() => {
  printed = []
  for (const method of methods) {
    console[method] = (...values) => {
      printed.push(`console.${method}: ${values.map(String).join(' ')}`)
    }
  }
})

afterEach(() => {
  if (printed.length > 0) throw new Error(`The test printed:\n${printed.join('\n')}`)
})
