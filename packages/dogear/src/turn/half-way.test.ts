// Ten thousand people half-way through version 1 when version 2 is deployed: none is lost, stuck, or skips a page.

import { expect, it } from 'vitest'
import { msgpackCodec } from '../codec/codec.ts'
import { pending } from './effects.ts'
import { kindOf, peopleHalfWay, settle, toTheEnd } from './half-way.fixture.ts'
import { open, viewOf } from './open.ts'
import type { SessionRecord, UnsavedRecord } from './record.ts'
import { createSession } from './session.fixture.ts'
import { waiting } from './timers.ts'
import { firstApplication, secondApplication } from './two-versions.fixture.ts'

const codec = msgpackCodec()
const { records, now } = peopleHalfWay(10_000)
const read = (flow: typeof firstApplication, record: SessionRecord) => open(flow, record, now)
/** Each as stored, as the next turn would find it, and as it is shown. */
const people = records.map((before) => {
  const bytes = codec.encode(before)
  const after = read(secondApplication, codec.decode(bytes))
  return { before, bytes, after, view: viewOf(after) }
})
const firstOfEach = [...new Map(people.map((one) => [`${kindOf(one.before)} ${one.before.visited}`, one])).values()]

it('they are everywhere: in every state, in regions, with history, timers and effects', () => {
  const kinds = [...new Set(records.map(kindOf))]
  const values = new Set(kinds.map((kind) => kind.split(' ')[0]))
  const pages = [
    'name',
    'form.address',
    'paused',
    'income',
    'vat',
    'assessing',
    'refused',
    'offer',
    'expired',
    'signing',
  ]
  for (const page of [...pages, 'done']) expect(values).toContain(page)
  for (const identity of ['document', 'shown', 'checked'])
    for (const upload of ['idle', 'running'])
      expect(values).toContain(`form.papers.identity.${identity}|upload.${upload}`)
  for (const part of ['.back', 'offerHold', 'reminder', 'assess', 'sign'])
    expect(kinds.filter((kind) => kind.includes(part)).length, part).toBeGreaterThan(5)
  for (const step of ['name', 'vat'])
    expect(records.filter(({ drafts }) => step in drafts).length, step).toBeGreaterThan(100)
})

it('none is lost: every answer, draft, deadline and effect is there, and what is stored is not touched', () => {
  const today = (id: string) => id.replace('papers', 'evidence').replace(/offerHold(.*upload)/, 'uploadHold$1')
  const keys = (of: Pick<UnsavedRecord, 'effects'>) => pending(of.effects).map(({ effectId }) => effectId)
  const lost = people.flatMap(({ before, bytes, after }) => {
    const { name, ...answers } = before.snapshot.context as Record<string, unknown>
    const { live, record } = after
    const deadlines = new Map(before.timers.map(({ id, dueAt }) => [today(id), dueAt]))
    const same = {
      bytes: Buffer.compare(codec.encode(before), bytes) === 0,
      name: name === undefined || [live.context.givenName, live.context.familyName].join(' ') === name,
      answers: Object.keys(answers).every((key) => key === 'familyName' || live.context[key] === answers[key]),
      drafts: Object.keys(before.drafts).every((step) => record.drafts[step === 'name' ? 'person' : step]),
      deadlines: waiting(record.timers).every(({ id, dueAt }) => dueAt === deadlines.get(id)),
      effects: String(keys(record)) === String(keys(before)),
    }
    return Object.entries(same).flatMap(([what, kept]) => (kept ? [] : `${what} of ${kindOf(before)}`))
  })
  expect(new Set(lost)).toEqual(new Set())
})

it('none is stuck: everybody can do something, or something is under way, or they are done', () => {
  const stuck = people.filter(
    ({ view }) =>
      view.status === 'error' ||
      (view.status === 'active' && view.accepts.length + view.pending.length + view.timers.length === 0),
  )
  expect(stuck.map(({ before }) => kindOf(before))).toEqual([])
})

it('none skips a page: from every state, the end is reached by all of them', { timeout: 120_000 }, () => {
  expect(firstOfEach.length).toBeGreaterThan(200)
  for (const { before } of firstOfEach) {
    const path = toTheEnd(before, now)
    const isOver = before.snapshot.status !== 'active' || before.snapshot.value === 'signing'
    const pages = ['consent', 'address', 'document', 'reverse', 'shown', 'income', 'offer']
    expect(path && [...before.visited, ...path.pages], kindOf(before)).toEqual(
      expect.arrayContaining(isOver ? [] : pages),
    )
  }
})

it('each is where they were, unless a page was put before that or it is gone', () => {
  for (const { before, view } of firstOfEach) {
    const { step, pending: running } = viewOf(read(firstApplication, before))
    if (step === 'name') expect(view.step).toBe('person')
    else expect(view.step).toBe(running.length > 0 || step === 'done' ? step : 'consent')
  }
})

it('a charge that fails sends them by the page that was put on their way, before they may go on', () => {
  const signing = firstOfEach.filter(({ before }) => before.snapshot.value === 'signing')
  expect(signing.length).toBeGreaterThan(5)
  for (const { before, after } of signing) {
    const session = createSession(secondApplication)
    session.record = before
    for (const effect of pending(after.record.effects)) settle(session, effect, { ok: false, now }, secondApplication)
    expect(viewOf(read(secondApplication, session.record)).step).toBe('consent')
    const sent = { step: 'offer', position: session.position(), now }
    expect(session.event({ type: 'offer.accepted' }, sent).outcome).toMatchObject({ reason: 'stale' })
  }
})
