// The clicks on a form whose page stays: each is an event, but for the second one of a double click.

import { act, fireEvent, render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { browser, site } from '../../fixtures/order.ts'
import type { SendResult } from '../client/index.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow, type ViewOf } from '../flow/define.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import { FlowForm } from './flow-form.tsx'
import { type UseFlowOptions, useFlow } from './use-flow.ts'

const machine = setup({
  types: { context: {} as { rows: number }, events: {} as { type: 'row.added' } | { type: 'done' } },
}).createMachine({
  id: 'list',
  initial: 'rows',
  context: { rows: 0 },
  states: {
    rows: {
      meta: { step: { path: 'rows', title: 'Rows' } },
      on: { 'row.added': { actions: assign({ rows: ({ context }) => context.rows + 1 }) }, done: 'last' },
    },
    last: {
      meta: { step: { path: 'last', title: 'Last' } },
      on: { 'row.added': { actions: assign({ rows: ({ context }) => context.rows + 1 }) } },
    },
  },
})
const list = defineFlow({
  id: 'list',
  version: 1,
  machine,
  events: { 'row.added': z.object({}), done: z.object({}) },
})
type View = ViewOf<typeof list>

let pages = 0

type Props = { options: UseFlowOptions<View>; type: 'row.added' | 'done'; onReply: (reply: SendResult<View>) => void }

function Rows({ options, type, onReply }: Props) {
  const flow = useFlow<typeof list>(options)
  return (
    <FlowForm flow={flow} type={type} step="rows" onReply={onReply}>
      <button type="submit">Go</button>
    </FlowForm>
  )
}

/** The page of the rows; resolves to the outcomes of its submissions. */
async function page(type: Props['type']) {
  const http = createHttp({ engine: createEngine({ store: memoryStore(), flows: [list] }) })
  const network = browser(http)
  const fetch: typeof globalThis.fetch = (input, init) => network(String(input).replace(/\?page=\d+/, ''), init)
  const url = `${site}/api/flows/list?page=${++pages}`
  const view = (await (await fetch(url)).json()) as View
  const replies: SendResult<View>[] = []
  render(<Rows options={{ url, view, fetch }} type={type} onReply={(reply) => replies.push(reply)} />)
  return async (detail: number) => {
    const before = replies.length
    fireEvent.click(screen.getByRole('button', { name: 'Go' }), { detail })
    await act(() => vi.waitFor(() => expect(replies.length).toBe(before + 1), { timeout: 20_000 }))
    const reply = replies[before]
    return reply?.ok ? reply.outcome : reply?.problem.code
  }
}

it('are an event each where the page stays, however soon they come', async () => {
  const click = await page('row.added')
  expect([await click(1), await click(1), await click(1)]).toEqual(['applied', 'applied', 'applied'])
})

it('are one event where the browser counts a double click', async () => {
  const click = await page('row.added')
  expect([await click(1), await click(2), await click(1)]).toEqual(['applied', 'duplicate', 'applied'])
})

it('are one event where the first has led on: the second was meant for the page before', async () => {
  const click = await page('done')
  expect([await click(1), await click(1)]).toEqual(['applied', 'duplicate'])
})

it('are one event in quick succession by a key, of which no browser counts the presses', async () => {
  const click = await page('row.added')
  expect([await click(0), await click(0)]).toEqual(['applied', 'duplicate'])
})
