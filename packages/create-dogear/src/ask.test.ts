// The questions in a terminal, up to Ctrl-C.

import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ask } from './ask.ts'

/** A terminal in which `keys` are pressed, each once the question before it stands there. */
function terminal(keys: readonly [question: string, key: string][]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 })
  let shown = ''
  output.on('data', (data) => {
    shown += data
  })
  async function press() {
    for (const [question, key] of keys) {
      while (!shown.includes(question)) await sleep(5)
      shown = ''
      for (const one of key.split(/(?=\r)/)) {
        input.write(one)
        await sleep(20)
      }
    }
  }
  return { input, output, press }
}

const down = '\u001b[B'
const enter = '\r'
const ctrlC = '\u0003'

async function answered(given: Parameters<typeof ask>[0], keys: readonly [string, string][]) {
  const { press, ...streams } = terminal(keys)
  const [choices] = await Promise.all([ask(given, streams), press()])
  return choices
}

describe('the questions', () => {
  it('are three, and Enter is an answer to each', async () => {
    const keys: [string, string][] = [
      ['called', enter],
      ['serves', enter],
      ['sessions', enter],
    ]
    expect(await answered({ yes: false }, keys)).toEqual({ folder: 'dogear-app', frame: 'next', store: 'embedded' })
  })

  it('leave out what the command line has said', async () => {
    const chosen = await answered({ yes: false, folder: 'shop', store: 'redis' }, [['serves', down + enter]])
    expect(chosen).toEqual({ folder: 'shop', frame: 'hono', store: 'redis' })
  })

  it.each(['called', 'serves', 'sessions'])('end with Ctrl-C at "%s"', async (last) => {
    const all = ['called', 'serves', 'sessions']
    const keys = all.slice(0, all.indexOf(last)).map((question): [string, string] => [question, enter])
    expect(await answered({ yes: false }, [...keys, [last, ctrlC]])).toBeUndefined()
  })
})
