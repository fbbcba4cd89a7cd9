// temporary
import * as all from './scenarios/all.ts'
import { toTable } from './report.ts'
const fs = []
for (const name of process.argv.slice(3)) fs.push(await (all as any)[name]({ seed: 1, checkouts: Number(process.argv[2]), timers: Number(process.argv[2]), say: console.log }))
console.log(toTable(fs))
process.exit()
