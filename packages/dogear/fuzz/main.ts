// `npm run fuzz`: as many attacks as asked for, counted by the code of their answer; exit code 1 for any violation.

import { parseArgs } from 'node:util'
import { jsonCodec, msgpackCodec } from '../src/codec/codec.ts'
import { openNode, overNext, overWeb } from './channels.ts'
import { flipped, judged, open } from './damage.ts'
import { run } from './run.ts'
import { sameWorlds } from './world.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const began = Date.now()
const node = await openNode()
// A socket takes longer than all others, so one request in five comes by one.
const channels = [overWeb, overWeb, overWeb, overNext, node.channel]
console.log(`npm run fuzz -- --inputs ${values.inputs} --seed ${values.seed}`)
const report = await run({
  seed: Number(values.seed),
  inputs: Number(values.inputs),
  world: await sameWorlds(),
  channels,
})
node.close()
const { failure, ...counts } = report
console.log(JSON.stringify(counts, null, 2))
if (failure) console.log(`a violation:\n${failure}`)
for (const [name, codec] of Object.entries({ msgpackCodec, jsonCodec })) {
  const opening = await open(codec())
  console.log(`records of ${name}, every bit turned:`, await judged(flipped(opening.ada.bytes, 1), opening))
}
console.log(`${Math.round((Date.now() - began) / 1000)} s, ${failure ? 'a violation, see above' : '0 violations'}`)
process.exitCode = failure ? 1 : 0
