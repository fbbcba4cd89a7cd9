// JSON from strangers: parsed, then refused if it is deep, wide, or named to reach an object's prototype.

import { DogearError } from '../errors.ts'
import { maxDepth, walk } from '../plain-data.ts'

// Half of what is stored: a payload is stored inside of other data.
const maxLevels = maxDepth / 2
const maxKeys = 1000

/** True for names that reach a prototype when they are merged into an object carelessly. */
export function isPrototypeName(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}

/** Parses `text`, or throws `invalid_request`: no valid JSON, more than 32 levels, more than 1000 keys, a forbidden key. */
export function parseJson(text: string): unknown {
  const value = parse(text)
  let keys = 0
  walk(value, (part, path) => {
    const name = path.at(-1)
    if (typeof name === 'string') {
      if (isPrototypeName(name)) refuse('has a key that is not allowed')
      if (++keys > maxKeys) refuse(`has more than ${maxKeys} keys`)
    }
    if (path.length >= maxLevels && typeof part === 'object' && part !== null)
      refuse(`is nested deeper than ${maxLevels} levels`)
    return true
  })
  return value
}

function refuse(why: string): never {
  throw new DogearError('invalid_request', `The request body ${why}.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the input, which may be personal: it goes nowhere, not even into the cause.
    throw new DogearError('invalid_request', 'The request body is not valid JSON.')
  }
}
