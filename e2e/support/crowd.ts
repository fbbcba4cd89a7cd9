// Many people at once in the checkout, each with pages of whichever build answered them, over any number of deploys.
import { createHash } from 'node:crypto'
import { type Answer, type Visitor, visit } from './visitor.ts'

/** A page as it was loaded; a deploy does not change it until it is loaded again. */
type OpenPage = {
  version: number
  step: string
  status: string
  accepts: readonly string[]
  position: { epoch: number; revision: number; mark: string }
  // biome-ignore lint/suspicious/noExplicitAny: a view of either version, looked into as its page would.
  view: any
}

export type Person = {
  visitor: Visitor
  name: string
  wants: { method: 'standard' | 'express'; payment: { method: string; [field: string]: string } }
  page: OpenPage | undefined
  /** The answers that the server acknowledged, by step; the address by the name in it. */
  given: { shipping?: string; delivery?: string; payment?: string }
  /** The total on the page from which the order was placed. */
  agreed: number | undefined
  /** Answers that were not taken, by code. */
  refused: string[]
}

export function person(url: string, index: number): Person {
  const card = { method: 'card', cardToken: 'tok_ok', last4: '4242' }
  const invoice = { method: 'invoice', company: `Company ${index}` }
  return {
    visitor: visit(url),
    // A name of one word cannot be split into first and last name.
    name: index % 6 === 5 ? `Cher${index}` : `Ada Byron King${index}`,
    wants: { method: index % 2 ? 'express' : 'standard', payment: index % 3 ? card : invoice },
    page: undefined,
    given: {},
    agreed: undefined,
    refused: [],
  }
}

/** The id their session is stored under. */
export function sessionOf({ visitor }: Person): string {
  const selector = visitor.cookie.slice(visitor.cookie.indexOf('=') + 1).split('.')[0] ?? ''
  return createHash('sha256').update(selector).digest('base64url')
}

export const isDone = ({ page }: Person): boolean => page?.status === 'done'

/** One thing a person does: load the page they are at, or answer the one that is open. */
export async function act(someone: Person): Promise<void> {
  const { page } = someone
  if (!page) await load(someone)
  else if (page.status === 'active') await answer(someone, page)
}

async function load(someone: Person): Promise<void> {
  const { visitor } = someone
  const reply = await visitor.get()
  if (reply.status === 503) return refuse(someone, reply)
  if (reply.status !== 200) throw new Error(`${someone.name} cannot load the page: ${reply.status} ${reply.text}`)
  const { version, step, status, accepts, epoch, revision, mark } = reply.body
  someone.page = { version, step, status, accepts, position: { epoch, revision, mark }, view: reply.body }
}

async function answer(someone: Person, page: OpenPage): Promise<void> {
  const event = eventFor(someone, page)
  someone.page = undefined
  // The payment is under way, so the page offers nothing to send.
  if (!event) return
  const { version, step, position, view } = page
  const reply = await someone.visitor.send(event, { version, step, position })
  if (reply.status !== 200) {
    refuse(someone, reply)
    if (reply.body.code === 'invalid_event') await keep(someone, event, page)
    return
  }
  const { type, ...payload } = event
  if (type === 'shipping.submitted') someone.given.shipping = nameIn(payload)
  if (type === 'delivery.submitted') someone.given.delivery = String(payload.method)
  if (type === 'payment.submitted') someone.given.payment = String(payload.method)
  if (type === 'order.placed') someone.agreed = view.context.cart.total
}

/** As the page does before it loads itself again. */
async function keep({ visitor }: Person, event: Sent, { version, step }: OpenPage): Promise<void> {
  const { type: _, ...values } = event
  await visitor.saveDraft(step, values, { version })
}

function refuse(someone: Person, { status, body, headers }: Answer): void {
  const code = body?.code
  if (![409, 422, 503].includes(status))
    throw new Error(`${someone.name} was answered ${status} ${JSON.stringify(body)}`)
  if (status === 503 && (code !== 'newer_version' || !(Number(headers.get('retry-after')) > 0)))
    throw new Error(`${someone.name} was answered 503 ${JSON.stringify(body)}`)
  someone.refused.push(code)
}

type Sent = { type: string; [field: string]: unknown }

function eventFor({ name, wants, given }: Person, { version, step, view }: OpenPage): Sent | undefined {
  switch (step) {
    case 'shipping': {
      const type = 'shipping.submitted'
      const address = {
        line1: '12 St James Square',
        city: 'London',
        postcode: 'SW1Y 4JH',
        country: 'GB',
        email: 'a@example.org',
      }
      if (version === 1) return { type, ...address, name }
      const words = name.split(' ')
      const familyName = words.length > 1 ? words.pop() : 'Sarkisian'
      // A person who answered this step in version 1 finds their name in the first field.
      const kept = view.drafts.shipping?.values
      if (given.shipping && !view.context.shipping && kept?.givenName !== name)
        throw new Error(`${name} finds ${JSON.stringify(kept)} instead of the name that was given`)
      return { type, ...address, givenName: words.join(' '), familyName }
    }
    case 'delivery':
      return { type: 'delivery.submitted', method: wants.method }
    case 'payment':
      return { type: 'payment.submitted', ...wants.payment }
    case 'review':
      return { type: 'order.placed' }
    default:
      return undefined
  }
}

export function nameIn(shipping: { name?: unknown; givenName?: unknown; familyName?: unknown }): string {
  return String(shipping.name ?? `${shipping.givenName} ${shipping.familyName}`).trim()
}
