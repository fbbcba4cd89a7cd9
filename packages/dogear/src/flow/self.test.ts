// The actor that actions and assigns are told about: that of their own session, as in XState.

import { expect, test } from 'vitest'
import { assign, createActor, createMachine, enqueueActions, sendTo } from 'xstate'
import { begin, prepare, step } from './machine.ts'
import type { Live } from './nodes.ts'

type Seen = [where: string, value: unknown, count: unknown]

/** A machine that notes what `self` says wherever it is handed out. */
function noting(seen: Seen[]) {
  // biome-ignore lint/suspicious/noExplicitAny: XState types the actor by the machine, which is being written.
  const note = (where: string, self: any) => {
    const state = self.getSnapshot()
    seen.push([where, state.value, state.context.count])
  }
  return createMachine({
    id: 'm',
    initial: 'a',
    context: { count: 0 },
    on: {
      go: {
        target: '.b',
        actions: [
          assign(({ context, self }) => {
            note('assign', self)
            return { count: context.count + 1 }
          }),
          enqueueActions(({ self }) => note('enqueue', self)),
          ({ self }) => note('action', self),
        ],
      },
      tell: { actions: sendTo(({ self }) => self, { type: 'go' }) },
    },
    states: { a: {}, b: { entry: ({ self }) => note('entry', self), exit: ({ self }) => note('exit', self) } },
  })
}

function stepped(machine: ReturnType<typeof prepare>, live: Live, type: string): Live {
  const change = step(machine, live, { type })
  for (const ask of change.asks) if (ask.kind === 'action') ask.exec()
  return change.live
}

test('shows the state before the event, as an actor of XState does', () => {
  const theirs: Seen[] = []
  const actor = createActor(noting(theirs)).start()
  const ours: Seen[] = []
  const machine = prepare(noting(ours))
  let { live } = begin(machine)
  for (const type of ['go', 'go', 'tell', 'go']) {
    actor.send({ type })
    live = stepped(machine, live, type)
  }
  const sorted = (seen: Seen[]) => seen.map((one) => JSON.stringify(one)).sort()
  // Those of one event come in another order: actions run after the commit.
  expect(sorted(ours)).toEqual(sorted(theirs))
  expect(theirs).toHaveLength(4 * 5 - 1)
})

test('is nobody else: two sessions of one machine do not see each other', () => {
  const seen: Seen[] = []
  const machine = prepare(noting(seen))
  const one = stepped(machine, stepped(machine, begin(machine).live, 'go'), 'go')
  stepped(machine, begin(machine).live, 'go')
  seen.length = 0
  stepped(machine, one, 'go')
  expect(new Set(seen.map(([, value, count]) => `${value} ${count}`))).toEqual(new Set(['b 2']))
})

test('is read only, and what it shows is a copy', () => {
  const machine = prepare(
    createMachine({
      context: { list: [1] },
      on: {
        look: { actions: ({ self }) => void (self.getSnapshot() as Live).context.list.push(2) },
        send: { actions: ({ self }) => self.send({ type: 'look' }) },
      },
    }),
  )
  const { live } = begin(machine)
  stepped(machine, live, 'look')
  expect(live.context).toEqual({ list: [1] })
  expect(() => stepped(machine, live, 'send')).toThrow('nothing can be sent to the actors of a session')
})
