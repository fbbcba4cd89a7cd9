// The reader behind the layer test has to see every way to import something.
import { expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'

test.each([
  ["import { createActor } from 'xstate'", [{ from: 'xstate', typeOnly: false }]],
  ["import type { View } from '../wire.ts'", [{ from: '../wire.ts', typeOnly: true }]],
  ["import { type A, type B } from './a.ts'", [{ from: './a.ts', typeOnly: true }]],
  ["import a, { type B } from './a.ts'", [{ from: './a.ts', typeOnly: false }]],
  ["export {\n  a,\n  type B,\n} from './a.ts'", [{ from: './a.ts', typeOnly: false }]],
  [
    "export * from './a.ts'\nimport './b.ts'",
    [
      { from: './a.ts', typeOnly: false },
      { from: './b.ts', typeOnly: false },
    ],
  ],
  ["const a = await import('./a.ts')", [{ from: './a.ts', typeOnly: false }]],
])('reads the imports of %j', (source, imports) => {
  expect(importsOf(source)).toEqual(imports)
})
