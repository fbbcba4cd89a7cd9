// The marks of the demo's answers: every text of a person is marked where its schema is, and everything follows.

import { expect, it } from 'vitest'
import { z } from 'zod'
import { applicant, bringsPeople, goodAnswers, serveApplication } from './application/flow.fixture.ts'
import { application } from './application/flow.ts'
import { checkout } from './checkout/flow.ts'
import { examples } from './examples.ts'

type Json = { [name: string]: unknown }
type Leaf = { path: string; marked: boolean }

/** Every text in a schema that a person or a provider may fill with anything, by its path without places in lists. */
function textsIn(schema: unknown): Leaf[] {
  const top = z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Json
  const into = (node: Json, path: readonly string[], outer: boolean): Leaf[] => {
    const marked = outer || node.pii === true || node.secret === true
    const inner = [...list(node.anyOf), ...list(node.oneOf), ...list(node.allOf), ...list(node.items)]
    const members = Object.entries((node.properties ?? {}) as Json)
    const here =
      list(node.type).some((type) => (type as unknown) === 'string') && !('const' in node)
        ? [{ path: path.join('.'), marked }]
        : []
    return [
      ...here,
      ...inner.flatMap((one) => into(one, path, marked)),
      ...members.flatMap(([name, one]) => into(one as Json, [...path, name], marked)),
    ]
  }
  return into(top, [], false)
}
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Json[]

/** Texts that tell of nobody: chosen from a list that says nothing of a person, or made by a machine. */
const impersonal: Record<string, readonly string[]> = {
  checkout: [
    ...['cart.currency', 'cart.lines.id', 'cart.lines.title', 'cart.lines.detail'],
    ...['delivery.method', 'method', 'declined', 'code', 'chargeId', 'reference'],
  ],
  application: [
    ...['company', 'another', 'published', 'genre', 'person', 'people.person', 'lost', 'reference'],
    ...['answers.company.company', 'answers.published.published', 'answers.project.genre'],
    ...['document.id', 'document.type', 'answers.sample.document.id', 'answers.sample.document.type'],
    ...['answers.enrolment.document.id', 'answers.enrolment.document.type'],
  ],
}

it.each([checkout, application])('every text of flow "$id" is marked, or is none of a person', (flow) => {
  const schemas = [...Object.values({ ...flow.events, ...flow.serverEvents }), flow.context]
  const texts = schemas.flatMap(textsIn)
  const unmarked = [...new Set(texts.filter(({ marked }) => !marked).map(({ path }) => path))]
  expect(unmarked.sort()).toEqual(impersonal[flow.id]?.toSorted())
  expect(texts.length - unmarked.length).toBeGreaterThan(10)
})

const sent = [checkout, application].flatMap((flow) =>
  Object.entries(examples[flow.id]?.events ?? {}).flatMap(([type, payloads]) =>
    payloads.map((payload) => [flow.id, { type, ...(payload as object) }] as const),
  ),
)
const personal = /Ada|Byron|Lovelace|London|SW1Y|GB|ada@|8|4242|tok_|Analytical|engine|employed|agreed|19|Sketch|pdf"/

it.each(sent)('a log line with an event of "%s" tells nothing of the person: %j', (id, event) => {
  const line = JSON.stringify((id === 'checkout' ? checkout : application).redact(event))
  const { document: { id: _, size: __, type: ___, ...document } = {}, ...rest } = JSON.parse(line)
  expect(JSON.stringify({ ...rest, document })).not.toMatch(personal)
})

it('shows a person what they have said, and hides it in a line about their session', async () => {
  const someone = applicant(serveApplication())
  for (const answer of [goodAnswers.name, goodAnswers.contact, goodAnswers.address, bringsPeople, goodAnswers.person])
    expect(await someone.send(answer)).toBe('applied')
  const { context } = await someone.read()
  expect(context).toMatchObject({ answers: { name: { fullName: 'Ada Lovelace' } }, people: [{ age: '8' }] })
  const hidden = application.redact(context)
  expect(hidden).toMatchObject({
    answers: { name: { fullName: '[pii]' }, contact: { email: '[pii]' }, address: { postcode: '[pii]' } },
    people: [{ person: 'p1', personName: '[pii]', relation: '[pii]', age: '[pii]' }],
  })
  expect(JSON.stringify(hidden)).not.toMatch(personal)
})
