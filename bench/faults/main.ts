// temporary

import { toTable } from './report.ts'
import { randomKills } from './scenarios/random-kills.ts'

const f = await randomKills({ seed: 1, checkouts: Number(process.argv[2] ?? 60), say: console.log })
console.log(toTable([f]))
