// JSON from strangers: parsed, then refused if it is deep, wide, or named to reach an object's prototype.

import { DogearError } from '../errors.ts'

const maxDepth = 32
const maxKeys = 1000

/** True for names that reach a prototype when they are merged into an object carelessly. */
export function isPrototypeName(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}

/** Parses `text`, or throws `invalid_request`: no valid JSON, more than 32 levels, more than 1000 keys, a forbidden key. */
export function parseJson(text: string): unknown {
  const value = parse(text)
  const budget = { keys: maxKeys }
  check(value, maxDepth, budget)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the input, which may be personal: it goes nowhere, not even into the cause.
    throw new DogearError('invalid_request', 'The request body is not valid JSON.')
  }
}

function check(value: unknown, depth: number, budget: { keys: number }): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === 0)
    throw new DogearError('invalid_request', `The request body is nested deeper than ${maxDepth} levels.`)
  if (Array.isArray(value)) {
    for (const item of value) check(item, depth - 1, budget)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    if (isPrototypeName(key))
      throw new DogearError('invalid_request', 'The request body has a key that is not allowed.')
    budget.keys -= 1
    if (budget.keys < 0) throw new DogearError('invalid_request', `The request body has more than ${maxKeys} keys.`)
    check(item, depth - 1, budget)
  }
}
