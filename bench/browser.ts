// `npm run bench -- browser`: a form of the demo in a slow browser, beside the same form in plain React state.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { switches } from '../e2e/support/chromium.ts'
import { cleared } from '../e2e/support/cleared.ts'
import { startWeb } from '../scripts/demo-app.mjs'
import { buildDemo } from '../scripts/demo-build.mjs'
import { command, say, seconds } from '../scripts/output.mjs'
import { freePort } from '../scripts/processes.mjs'
import { startRedis } from '../scripts/services.mjs'
import { findChromium } from '../scripts/tools.mjs'
import { beginTyping, type Figures, type Place, visitPage } from './browser/visit.ts'
import { builtNext } from './contenders/next.ts'
import { keep } from './output/keep.ts'
import { align, show } from './output/table.ts'
import { median } from './rounds.ts'
import { startServer } from './server.ts'

command(async () => {
  const { values } = parseArgs({ args: process.argv.slice(3), options: { rounds: { type: 'string', default: '7' } } })
  await buildDemo()
  const redis = await startRedis()
  const data = mkdtempSync(join(tmpdir(), 'dogear-bench-'))
  const [port, paymentsPort] = [await freePort(), await freePort()]
  const env = { ...cleared, REDIS_URL: redis.url }
  const demo = await startWeb({ port, paymentsPort, data, env })
  const plain = await startServer(await builtNext())
  const executablePath = findChromium()
  const browser = await chromium.launch({ args: switches, ...(executablePath ? { executablePath } : {}) })
  try {
    const shop = `http://localhost:${port}`
    const places: Place[] = [
      { name: 'plain React state', url: `http://127.0.0.1:${plain.port}/plain`, state: undefined },
      {
        name: 'Dogear, the address of the step',
        url: `${shop}/checkout/shipping`,
        state: await beginTyping(browser, shop),
      },
      { name: 'Dogear, the address of the flow', url: `${shop}/checkout`, state: await beginTyping(browser, shop) },
    ]
    const all = places.map((): Figures[] => [])
    // The first visit of each compiles what the server needs.
    for (let round = -1; round < Number(values.rounds); round++)
      for (const [index, place] of places.entries()) {
        const figures = await visitPage(browser, place)
        if (round >= 0) all[index]?.push(figures)
      }
    say(`${values.rounds} rounds are measured (${seconds()})`)
    const middle = (of: keyof Figures) => all.map((figures) => median(figures.map((one) => one[of])))
    const columns = {
      paintedMs: middle('paintedMs'),
      interactiveMs: middle('interactiveMs'),
      shift: all.map((figures) => Math.max(...figures.map((one) => one.shift))),
      delayP50: middle('delayP50'),
      delayP95: middle('delayP95'),
      saves: middle('saves'),
      scriptKb: middle('scriptKb'),
    }
    const rows = places.map(({ name }, index) => ({
      name,
      ...(Object.fromEntries(Object.entries(columns).map(([key, list]) => [key, list[index]])) as Figures),
    }))
    console.log(
      `\n${align([
        ['', 'painted ms', 'interactive ms', 'layout shift', 'key p50 ms', 'key p95 ms', 'saves', 'scripts kB'],
        ...rows.map((row) => [
          row.name,
          show(row.paintedMs),
          show(row.interactiveMs),
          show(row.shift, 3),
          show(row.delayP50, 1),
          show(row.delayP95, 1),
          show(row.saves),
          show(row.scriptKb),
        ]),
      ])}\n`,
    )
    keep('browser', { chromium: browser.version(), ...values, rows })
  } finally {
    await browser.close()
    await plain.stop()
    demo.kill('SIGKILL')
    await demo.exited
    await redis.stop()
    rmSync(data, { recursive: true, force: true })
  }
})
