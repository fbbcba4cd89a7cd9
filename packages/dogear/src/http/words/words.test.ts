// Two languages over one session: what is said differs, what is stored does not.

import { describe, expect, it } from 'vitest'
import {
  agents,
  asForm,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import { httpStatus } from '../../errors.ts'
import type { HandoffLook, HandoffReply, Problem, View } from '../../wire.ts'
import type { ChooseMessages } from '../options.ts'
import { accepted } from './ask.ts'
import { completed, english, type Words } from './catalogue.ts'

const german: Words = {
  lang: 'de',
  dir: 'ltr',
  texts: { 'Your details': 'Ihre Angaben', Payment: 'Zahlung', 'Enter an email address': 'Geben Sie eine Adresse ein' },
  problems: { stale_step: 'Zu spät.', not_found: 'Hier ist nichts.' },
  page: { refusedTitle: 'Das ging nicht', reference: 'Kennung:' },
  devices: { known: '{browser} auf {place}', unknown: 'Unbekannter Browser' },
}
const hebrew: Words = {
  lang: 'he',
  dir: 'rtl',
  texts: (text) => (text === 'Payment' ? 'תשלום' : undefined),
  page: { laterTitle: 'לא עבר', reference: 'אסמכתא:' },
  devices: { known: '{browser}, {place}' },
}

/** As an application chooses: the cookie of the person first, then what the browser asks for. */
const messages: ChooseMessages = (request, accepts) => {
  const [, chosen] = /lang=(\w+)/.exec(request.headers.get('cookie') ?? '') ?? []
  const lang = chosen ?? accepts(['en', 'de', 'he'])
  return lang === 'de' ? german : lang === 'he' ? hebrew : undefined
}

const inGerman = { 'Accept-Language': 'de-AT,de;q=0.9,en;q=0.5', ...agents.desktop }
const inHebrew = { 'Accept-Language': 'he', ...agents.phone }
const events = `${flowUrl}/events`
const event = () => asJson({ opId: opId(), event: detailsSubmitted })
const refusedEvent = { type: 'details.submitted', name: 'Ada', email: 'no' }
const read = async (by: typeof fetch) => (await (await by(flowUrl)).json()) as View
const titles = ({ steps }: View) => steps.map(({ title }) => title)

async function twoDevices() {
  const causes: unknown[] = []
  const served = serve({ ...shared, messages, onError: (cause) => causes.push(cause) })
  const [desktop, phone] = [browser(served.http, inGerman), browser(served.http, inHebrew)]
  await desktop(events, event())
  const { url } = (await (await desktop(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
  const token = url.split('#')[1]
  const look = (await (await phone(`${site}/api/flows/handoffs/look`, asJson({ token }))).json()) as HandoffLook
  await phone(`${site}/api/flows/handoffs/redeem`, asJson({ token }))
  return { ...served, desktop, phone, look, causes }
}

describe('two devices in two languages', () => {
  it('see the same session, each in its own words', async () => {
    const { desktop, phone } = await twoDevices()
    const [there, here] = [await read(desktop), await read(phone)]
    expect(titles(there)).toEqual(['Ihre Angaben', 'Zahlung', 'Check your order', 'Order placed'])
    expect(titles(here)).toEqual(['Your details', 'תשלום', 'Check your order', 'Order placed'])
    const bare = ({ steps, moved: _moved, ...view }: View) => ({
      ...view,
      steps: steps.map(({ title: _, ...step }) => step),
    })
    expect(bare(here)).toEqual(bare(there))
  })

  it('name each other in their own words, also before the handoff', async () => {
    const { desktop, phone, look } = await twoDevices()
    expect(look).toMatchObject({ from: 'Firefox, Windows', title: 'תשלום' })
    const list = async (by: typeof fetch) => (await (await by(`${flowUrl}/devices`)).json()).devices
    expect(await list(desktop)).toMatchObject([{ label: 'Firefox auf Windows' }, { label: 'Safari auf iPhone' }])
    expect(await list(phone)).toMatchObject([{ label: 'Firefox, Windows' }, { label: 'Safari, iPhone' }])
  })

  it('leave no word of a language in the store', async () => {
    const { desktop, engine, store } = await twoDevices()
    const issues = asJson({ opId: opId(), values: refusedEvent, type: 'details.submitted' }, 'PUT')
    const said = (await (await desktop(`${flowUrl}/drafts/details`, issues)).json()).view as View
    expect(said.drafts.details?.issues).toMatchObject([{ message: 'Geben Sie eine Adresse ein' }])
    const { found } = await store.scan(undefined, 10)
    const kept = found.map(({ stored }) => new TextDecoder().decode(stored?.bytes)).join()
    expect(kept).toContain('Enter an email address')
    expect(kept).not.toMatch(/Zahlung|Angaben|תשלום|Geben/)
    await engine.close()
  })
})

describe('a refusal', () => {
  it('is told in the words of whoever sent what is refused, with its issues and its view', async () => {
    const { http } = serve({ messages })
    const answer = await browser(http, inGerman)(events, asJson({ opId: opId(), event: refusedEvent }))
    const problem = (await answer.json()) as Problem
    expect(problem).toMatchObject({ code: 'invalid_event', issues: [{ message: 'Geben Sie eine Adresse ein' }] })
    expect(titles(problem.view as View)[0]).toBe('Ihre Angaben')
    expect(answer.headers.get('content-language')).toBe('de')
    expect(answer.headers.get('vary')).toBe('Cookie, Accept-Language')
    const lost = await browser(http, inGerman)(`${flowUrl}/nowhere`)
    expect(((await lost.json()) as Problem).detail).toBe('Hier ist nichts.')
  })

  it('without JavaScript is a page in the language and the direction of its reader', async () => {
    const down = () => Promise.reject(new Error('down'))
    const failing = serve({ messages, pagePath: () => '/order', onError: () => {}, identify: down, ...keysOnly })
    const fields = { 'dogear.opId': opId(), 'dogear.type': 'details.submitted', name: 'Ada' }
    const page = await browser(failing.http, {
      ...inHebrew,
      Cookie: `__Host-dogear.order=${'A'.repeat(22)}.${'A'.repeat(43)}`,
    })(events, asForm(fields))
    const html = await page.text()
    expect(html).toContain('<html lang="he" dir="rtl">')
    expect(html).toContain('<h1>לא עבר</h1>')
    expect(html).toMatch(/<span lang="en" dir="ltr">Something went wrong.*<\/span> אסמכתא: <bdi>[\w-]+<\/bdi>/)
    const german = await browser(failing.http, inGerman)(events, asForm({}))
    expect(await german.text()).toMatch(/<html lang="de">[\s\S]*<h1>Das ging nicht<\/h1>/)
  })
})

const keysOnly = { keys: shared.keys ?? [] }

describe('the language', () => {
  it('that a person has chosen beats that of the browser, and does not vary by its header', async () => {
    const { http } = serve({ messages })
    const by = browser(http, { ...inHebrew })
    by.cookie = 'lang=de'
    const answer = await by(flowUrl)
    expect(titles((await answer.json()) as View)[1]).toBe('Zahlung')
    expect(answer.headers.get('vary')).toBe('Cookie')
    expect(answer.headers.get('content-language')).toBe('de')
  })

  it('is not named where nobody chooses it: all is as it is stored', async () => {
    const answer = await browser(serve().http, inGerman)(flowUrl)
    expect(answer.headers.get('vary')).toBe('Cookie')
    expect(answer.headers.has('content-language')).toBe(false)
    expect(titles((await answer.json()) as View)).toEqual([
      'Your details',
      'Payment',
      'Check your order',
      'Order placed',
    ])
  })

  it('is asked for only where there is something to say', async () => {
    let asked = 0
    const { http } = serve({
      messages: () => {
        asked++
        return german
      },
    })
    const by = browser(http)
    await by(events, asForm({ 'dogear.opId': opId(), 'dogear.type': 'details.submitted', ...detailsSubmitted }))
    expect(asked).toBe(0)
    await by(flowUrl)
    expect(asked).toBe(1)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no catalogue'))],
    ['names a language that is none', () => ({ lang: 'de\r\nSet-Cookie: a=b', dir: 'ltr' as const })],
    ['names no direction', () => ({ lang: 'de' }) as Words],
    [
      'fails at a text',
      () =>
        ({
          ...german,
          texts: () => {
            throw new Error('no text')
          },
        }) as Words,
    ],
  ])('stays as it is stored, and somebody is told, where the application %s', async (_, messages) => {
    const causes: unknown[] = []
    const by = browser(serve({ messages, onError: (cause) => causes.push(cause) }).http)
    const answer = await by(events, event())
    expect(answer.status).toBe(200)
    expect(by.cookie).not.toBe('')
    expect(titles((await answer.json()).view)).toContain('Payment')
    expect(causes).toHaveLength(1)
  })
})

describe('the language of a browser', () => {
  const languages = ['en', 'de', 'pt-BR', 'he'] as const
  it.each([
    [null, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['fr, he;q=0.2, de;q=0.8', 'de'],
    ['pt', 'pt-BR'],
    ['fr', 'en'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    ['en;q=0, *', 'de'],
    ['de;q=NaN', 'en'],
    ['\u0000;;;,,,q=', 'en'],
  ])('of %j is %s', (header, language) => {
    expect(accepted(header, languages)).toBe(language)
  })

  it('is only looked for in the beginning of a header that no browser sends', () => {
    expect(accepted(`${'x,'.repeat(100)}de`, languages)).toBe('de')
    expect(accepted(`${'x,'.repeat(1_000_000)}de`, languages)).toBe('en')
  })
})

describe('a catalogue', () => {
  it('has a text for every problem that can be answered', () => {
    expect(Object.keys(english.problems)).toEqual(expect.arrayContaining(Object.keys(httpStatus)))
  })

  it('of which a part is given is English in the rest', () => {
    const whole = completed(german)
    expect(whole.problems).toEqual({ ...english.problems, ...german.problems })
    expect(whole.page.onward).toBe(english.page.onward)
    expect(whole.devices.anyBrowser).toBe('Browser on {place}')
  })
})
