// A few attacks in a process that allows nothing of a prototype: `__proto__` throws, and what all objects share is frozen.

import assert from 'node:assert/strict'
import { overNext, overWeb } from './channels.ts'
import { run } from './run.ts'
import { sameWorlds } from './world.ts'

const world = await sameWorlds()
for (const shared of [Object, Array, Function, Promise, Map, Set]) Object.freeze(shared.prototype)
assert.throws(() => Reflect.get({}, '__proto__'))
const seed = Math.floor(Date.now() / 86_400_000)
const { failure } = await run({ seed, inputs: 500, world, channels: [overWeb, overNext] })
console.log(failure ?? 'no violation')
process.exit(failure ? 1 : 0)
