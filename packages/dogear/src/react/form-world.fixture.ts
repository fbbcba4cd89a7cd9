// A form's memory in a small world: a server, a network that delays or loses, another device, a clock.

import type { View } from '../wire.ts'
import { type Action, conflictOf, remember, toSave, toTakeOut } from './form-memory.ts'
import { type Answers, createServer, type Server, step, type Times } from './form-server.fixture.ts'
import { type Due, type Memory, newMemory, type Values } from './form-state.ts'
import { type FieldValue, same, toField } from './form-values.ts'

/** The operation of what is typed elsewhere. */
const elsewhere = -1
/**
 * The fate of a request: lost before or after it took effect, refused for good (a draft), or answered, with a render
 * before or after the answer.
 */
export type Fate = { lost?: 'request' | 'reply' | undefined; refused?: boolean | undefined; renderFirst: boolean }

type Request = { op: number; values: Values } & (
  | { kind: 'draft'; at: Times }
  | { kind: 'event'; invalid: boolean; at: number }
) & { due: Due }

export type World = {
  server: Server
  memory(): Memory
  /** The value that the person sees. */
  shown(name: string): FieldValue
  /** The values the person typed that neither a submission nor their own decision has settled, nor a replacement. */
  mine: Map<string, string>
  typings: { name: string; value: string; at: number; here: boolean }[]
  /** Types into a field, and stays in it. */
  type(name: string, value: string): void
  leaveField(): void
  save(leaving?: boolean): void
  submit(invalid?: boolean): void
  keepMine(): void
  takeTheirs(): void
  refresh(): void
  /** The oldest request reaches the server, or none. Its answer waits for `answer`. */
  reach(fate: Fate): void
  answer(): void
  /** Leaves the field and saves; the request reaches the server, unless another is before it, and is answered. */
  exchange(): void
  elsewhere: { type(name: string, value: string, ageMs: number): void; submit(values: Answers): void }
  /** Everything under way arrives, and everything is saved that would be. */
  settle(): void
}

/** `names` are the form's fields; `onReplaced` hears of each that shows something else in place of what is `mine`. */
export function createWorld(
  names: readonly string[],
  answers: Answers | null,
  onReplaced?: (world: World, name: string) => void,
): World {
  const server = createServer(answers)
  const dom = new Map<string, FieldValue>(names.map((name) => [name, server.value(name)]))
  const mine = new Map<string, string>()
  const typings: World['typings'] = []
  const requests: Request[] = []
  const replies: { request: Request; result: View | 'refused' | 'lost'; fate: Fate }[] = []
  let known = server.view()
  let memory = newMemory(step, 'details.submitted')
  let now = 1_000_000
  let ops = 0
  let submission: { op: number; answered: boolean } | undefined
  let editing: string | undefined

  const reading = () => ({ values: new Map(dom), hidden: new Set<string>(), editing })
  const busy = () => [...requests, ...replies.map(({ request }) => request)].some(({ kind }) => kind === 'event')

  function dispatch(action: Action): void {
    memory = remember(memory, action, { at: now, reading: reading() })
    const { fill, renew } = memory
    for (const [name, value] of fill) {
      dom.set(name, value)
      if (!mine.has(name) || mine.get(name) === value) continue
      onReplaced?.(world, name)
      mine.delete(name)
    }
    if (fill.size > 0) memory = remember(memory, { type: 'read' }, { at: now, reading: reading() })
    if (renew) make()
  }

  function make(): void {
    const values: Record<string, unknown> = { ...(known.context as object), ...known.drafts[step]?.values }
    for (const name of names) dom.set(name, toField(values[name]))
    mine.clear()
    dispatch({ type: 'made', typed: [] })
  }

  function render(): void {
    const seen = { view: known, answers: known.context as Answers | null, busy: busy(), problem: null }
    dispatch({ type: 'arrived', seen })
  }

  function learn(view: View): void {
    if (view.revision > known.revision) known = view
  }

  function settleOwn(sent: Values): void {
    for (const [name, value] of mine) if (same(value, sent[name] ?? '')) mine.delete(name)
  }

  function answered(
    { op, values, at, due }: Extract<Request, { kind: 'event' }>,
    result: View | 'refused' | 'lost',
  ): void {
    // A later submission of this form carries newer values.
    if (submission?.op !== op) return
    submission.answered = result !== 'lost'
    if (typeof result === 'object') settleOwn(values)
    dispatch({ type: 'answered', view: typeof result === 'object' ? result : undefined })
    if (result !== 'refused') return
    requests.push({ op, values, kind: 'draft', at, due })
    dispatch({ type: 'saving', ...due, leaving: false })
  }

  function drain(): void {
    while (requests.length + replies.length > 0) {
      world.reach({ renderFirst: false })
      world.answer()
    }
  }

  const world: World = {
    server,
    mine,
    typings,
    memory: () => memory,
    shown: (name) => dom.get(name) ?? '',
    type(name, value) {
      if (dom.get(name) === value) return
      now += 1000
      editing = name
      dom.set(name, value)
      mine.set(name, value)
      typings.push({ name, value, at: now, here: true })
      dispatch({ type: 'typed', name })
    },
    leaveField() {
      editing = undefined
    },
    save(leaving = false) {
      const due = toSave(memory, leaving)
      if (!due) return
      const unanswered = submission?.answered === false ? submission.op : undefined
      const op = (memory.typed ? undefined : unanswered) ?? ops + 1
      const at = Object.fromEntries(Object.keys(due.values).map((name) => [name, due.typedAt[name] ?? now]))
      requests.push({ kind: 'draft', values: due.values, due, at, op })
      dispatch({ type: 'saving', ...due, leaving })
    },
    submit(invalid = false) {
      dispatch({ type: 'submitted' })
      ops++
      submission = { op: ops, answered: false }
      const due = { values: memory.submission ?? {}, typedAt: {} }
      requests.push({ kind: 'event', values: due.values, due, op: ops, invalid, at: now })
      ops++
      render()
    },
    keepMine() {
      if (!conflictOf(memory)) return
      now += 1000
      for (const { name, mine } of conflictOf(memory)?.fields ?? [])
        typings.push({ name, value: String(mine), at: now, here: true })
      dispatch({ type: 'keepMine' })
    },
    takeTheirs() {
      const conflict = conflictOf(memory)
      const values = toTakeOut(memory)
      for (const { name } of conflict?.fields ?? []) mine.delete(name)
      if (conflict?.submitted) mine.clear()
      if (conflict) dispatch({ type: 'takeTheirs' })
      if (!values) return
      // The request goes behind those made before, and the form is made anew once it has an answer.
      drain()
      now += 1000
      if (Object.keys(values).length > 0) server.put({ op: ops + 1, values, at: now })
      learn(server.view())
      make()
      render()
    },
    refresh() {
      learn(server.view())
      render()
    },
    reach(fate) {
      // The client sends one request after another.
      const request = replies.length > 0 ? undefined : requests.shift()
      if (!request) return
      let accepted = true
      if (fate.lost === 'request') accepted = false
      else if (fate.refused && request.kind === 'draft') accepted = false
      else if (request.kind === 'draft') server.put(request)
      else accepted = server.submit(request)
      const result = fate.lost ? 'lost' : accepted ? server.view() : 'refused'
      replies.push({ request, result, fate })
    },
    answer() {
      const reply = replies.shift()
      if (!reply) return
      const { request, result, fate } = reply
      if (typeof result === 'object') learn(result)
      if (fate.renderFirst) render()
      if (request.kind === 'event') answered(request, result)
      else {
        const all = (to: 'lost' | 'refused') =>
          Object.fromEntries(Object.keys(request.values).map((name) => [name, to]))
        const left = typeof result === 'object' ? {} : all(result)
        dispatch({ type: 'saved', ...request.due, left })
      }
      render()
    },
    exchange() {
      world.leaveField()
      world.save()
      world.reach({ renderFirst: false })
      world.answer()
    },
    elsewhere: {
      type(name, value, ageMs) {
        now += 1000
        // Never at the very moment at which something is typed here, nor before what the other device submitted.
        const at = Math.max(now - ageMs - 1, submittedElsewhere)
        typings.push({ name, value, at, here: false })
        server.put({ op: elsewhere, values: { [name]: value }, at })
      },
      // Never just what was submitted before: nothing would tell that an own submission, whose answer was lost, came
      // between.
      submit(values) {
        now += 1000
        submittedElsewhere = now - 1
        const op = --elsewhereOps
        const fresh = Object.entries(values).map(([name, value]) => [name, value && `${value}${op}`])
        server.submit({ op, values: Object.fromEntries(fresh), at: now })
      },
    },
    settle() {
      for (let round = 0; round < 10; round++) {
        drain()
        world.refresh()
        world.save()
      }
    },
  }
  let elsewhereOps = elsewhere
  let submittedElsewhere = 0
  dispatch({ type: 'made', typed: [] })
  render()
  return world
}
