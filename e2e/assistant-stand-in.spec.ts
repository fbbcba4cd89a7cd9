// The model's stand-in beside a demo: there for the tests that ask for it, told what to do, with a log of its own.
import { expect, test } from './support/test.ts'

const messages = [
  { role: 'system', content: '[1] The bridge opens in May.' },
  { role: 'user', content: 'When does the bridge open?' },
]
const ask = (url: string) =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    body: JSON.stringify({ model: 'extract-1', messages }),
  })

test.describe('a demo that asks for a model', () => {
  test.use({ own: { assistant: true } })

  test('has one that answers, does what it is told, and keeps its log when it ends', async ({
    demo: { assistant },
  }) => {
    const first = await (await ask(assistant.url)).json()
    expect(first.choices[0].message.content).toBe('“The bridge opens in May.” [1]')
    await assistant.control({ rate: 3 })
    expect((await ask(assistant.url)).status).toBe(429)
    await assistant.control({ hold: 0 })
    const held = ask(assistant.url).then((answer) => answer.json())
    await expect.poll(async () => (await assistant.requests()).length).toBe(2)
    await assistant.release()
    expect(await held).toEqual(first)
    await assistant.control({ nonsense: 'html', times: 5 })
    await assistant.calm()
    await assistant.end()
    await expect(ask(assistant.url)).rejects.toThrow()
    await assistant.start()
    expect(await (await ask(assistant.url)).json()).toEqual(first)
    const requests = await assistant.requests()
    expect(requests.map(({ id, billed }) => [id, billed])).toEqual([
      [first.id, true],
      [first.id, false],
      [first.id, false],
    ])
    expect(requests[0]?.messages).toEqual(messages)
    await expect(assistant.control({ times: 0 })).rejects.toThrow(/"times"/)
  })
})

test('any other demo starts none', async ({ demo }) => {
  expect(() => demo.assistant).toThrow(/assistant: true/)
  expect(demo.log()).not.toContain('Model stand-in')
})
