// A few attacks where nothing of a prototype may be touched: `__proto__` throws, and what all objects share is frozen.

import assert from 'node:assert/strict'
import { overNext, overWeb } from './channels.ts'
import { run } from './run.ts'
import { sameWorlds } from './world.ts'

const world = await sameWorlds()
for (const shared of [Object, Array, Function, Promise, Map, Set]) Object.freeze(shared.prototype)
assert.throws(() => Reflect.get({}, '__proto__'))
const seed = Math.floor(Date.now() / 86_400_000)
const { failure } = await run({ seed, inputs: 500, world, channels: [overWeb, overNext] })
process.stdout.write(failure ?? 'no violation')
process.exitCode = failure ? 1 : 0
