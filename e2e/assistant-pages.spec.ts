// The pages of a conversation that are seen more seldom, as axe judges them; Back and Forward between them.
import { pdfOf } from '../apps/demo/lib/assistant/pdf.fixture.ts'
import { expectAccessible } from './support/accessible.ts'
import { answerOf, ask, begin, button, composer, exchange, knownOf, notes, send } from './support/assistant.ts'
import { expect, test } from './support/devices.ts'
import { join } from './support/live.ts'
import { outage } from './support/test.ts'

const weaves = 'Which loom weaves flowers?'
const mill = 'To which place are numbers brought?'
const long = (nth: number) => `Which kinds of punched cards drive the engine? ${`Asked as ${nth}. `.repeat(50)}`.trim()

// One worker, so that one demo of this kind is started instead of three.
test.describe.configure({ mode: 'default' })
test.use({ shared: { store: 'redis', assistant: true } })

test.describe('with a device that loses its connection', () => {
  test.use({ mayLog: outage })

  test('earlier questions, questions that wait, one that finds no room, one typed on two devices', async ({
    page,
    phone,
    demo,
  }) => {
    test.slow()
    await begin(page, demo.url)
    for (let nth = 0; (await knownOf(page)).context.moved.exchanges < 2; nth++) {
      expect((await send(page, demo.url, { type: 'question.asked', text: long(nth) })).status()).toBe(200)
      await expect.poll(async () => (await knownOf(page)).pending, { timeout: 30_000 }).toEqual([])
    }
    await page.goto('/assistant/earlier')
    await expect(page.getByRole('article')).not.toHaveCount(0)
    await expectAccessible(page)

    await page.goto('/assistant/conversation')
    await page.setViewportSize({ width: 1280, height: 800 })
    await demo.assistant.control({ hold: 3 })
    await ask(page, weaves)
    await expect(answerOf(page, weaves)).toContainText('The')
    await ask(page, mill)
    await expect(exchange(page, mill)).toContainText('It waits for its turn.')
    await expect(composer(page)).toHaveValue('')
    await ask(page, long(77))
    await expect(exchange(page, long(77))).toContainText('It waits for its turn.')
    await expect(composer(page)).toHaveValue('')
    await ask(page, long(78))
    const refused = page.getByRole('alert').filter({ visible: true })
    await expect(refused).toBeVisible()
    await expect(composer(page)).toHaveValue(long(78))
    await expectAccessible(page)

    await join(page, phone, { flow: 'assistant' })
    await phone.goto('/assistant/conversation')
    await expect(composer(phone)).toHaveValue(long(78))
    await page.setViewportSize({ width: 1280, height: 800 })
    await composer(page).fill('Typed here')
    await expect.poll(async () => drafted(await knownOf(phone))).toContain('Typed here')
    await page.context().setOffline(true)
    await composer(page).fill('Typed here, and not saved')
    // The times of two typings are told apart no better than a request is quick, so the other one is clearly later.
    await page.waitForTimeout(5_000)
    await composer(phone).fill('Typed there')
    await expect.poll(async () => drafted(await knownOf(phone))).toContain('Typed there')
    await page.context().setOffline(false)
    const banner = page.getByRole('region', { name: 'Changed elsewhere' })
    await expect(banner).toBeVisible()
    await expectAccessible(page)
    // Neither the field above it nor the button below is covered.
    await page.setViewportSize({ width: 1280, height: 800 })
    await expect(banner).toHaveCSS('box-shadow', 'none')
    await expect(banner).toHaveCSS('position', 'static')
  })
})

/** Every value that was typed and not sent. */
const drafted = ({ drafts }: Awaited<ReturnType<typeof knownOf>>): string => JSON.stringify(drafts)

test.describe('a server that rests soon, and whose work nobody takes over', () => {
  const env = { IDLE_REMINDER_MS: '1000', DOGEAR_LEASE_MS: '600000' }
  test.use({ own: { store: 'redis', assistant: true, env }, mayLog: outage })

  test('the notice after a while without a question, a document while it is read', async ({ page, phone, demo }) => {
    test.slow()
    await begin(page, demo.url)
    await page.goto('/assistant/conversation')
    await ask(page, weaves)
    const notice = page.getByText('Nothing was asked for a while. All of it is kept: go on whenever you like.')
    await expect(notice).toBeVisible()
    await expectAccessible(page)

    // The lease of a server that was killed holds the page of the reading.
    const pages = Array.from({ length: 900 }, (_, nth) => [`Page ${nth} says in passing that the mill turns.`])
    const buffer = Buffer.from(await pdfOf(pages))
    expect((await send(phone, demo.url, { type: 'name.given', name: 'Ada' })).status()).toBe(200)
    const document = { ...notes, name: 'Long.pdf', mimeType: 'application/pdf', buffer }
    const given = phone.request
      .post(`${demo.url}/api/assistant/document`, {
        multipart: { opId: crypto.randomUUID(), position: '0.0.', document },
        headers: { origin: demo.url, accept: 'application/json' },
      })
      .catch(() => undefined)
    await expect.poll(async () => (await knownOf(phone)).step, { intervals: [20] }).toBe('reading')
    await demo.kill()
    await given
    await demo.start()
    await phone.goto('/assistant')
    await expect(phone.getByRole('heading', { level: 1, name: 'Reading your document' })).toBeVisible()
    await expect(phone.getByRole('progressbar')).toBeVisible()
    await expectAccessible(phone)
  })
})

test('Back and Forward lead through the pages, each with what is there by then', async ({ page, demo }) => {
  test.slow()
  await begin(page, demo.url)
  await page.goto('/')
  await page.goto('/assistant/conversation')
  await demo.assistant.control({ hold: 6 })
  await ask(page, weaves)
  await expect(answerOf(page, weaves)).toContainText('The')
  await composer(page).fill('Typed, and not asked yet')
  await expect(page.locator('.saved[data-state=saved]')).toBeVisible()
  const conversation = page.getByRole('heading', { level: 1, name: 'Conversation' })

  // The answer comes while another page is shown.
  await page.goto('/assistant/source')
  await expect(page.getByText('algebraical patterns').first()).toBeVisible()
  await demo.assistant.release()
  await expect.poll(async () => (await knownOf(page)).pending).toEqual([])
  await page.goBack()
  await expect(conversation).toBeVisible()
  await expect(answerOf(page, weaves)).toContainText('flowers and leaves')
  await expect(composer(page)).toHaveValue('Typed, and not asked yet')
  await expect(page.getByRole('article')).toHaveCount(1)
  await page.goForward()
  await expect(page).toHaveURL(/\/assistant\/source/)
  await page.goBack()
  await expect(button(page, 'Ask again')).toBeVisible()

  // A question that was asked is not asked again, and a page that is over leads on to the one that is not.
  await ask(page, mill)
  await expect(answerOf(page, mill)).toContainText('The mill')
  await page.goto('/assistant/forget')
  await button(page, 'Forget it all').click()
  await expect(conversation).toBeVisible()
  await expect(page.getByRole('article')).toHaveCount(0)
  await page.goBack()
  await page.goForward()
  await expect(conversation).toBeVisible()
  await expect(page.getByRole('article')).toHaveCount(0)
  await page.goto('/assistant/end')
  await button(page, 'End it').click()
  const ended = page.getByRole('heading', { level: 1, name: 'The conversation has ended' })
  await expect(ended).toBeVisible()
  await page.goBack()
  await page.goForward()
  await expect(ended).toBeVisible()
  expect((await knownOf(page)).context.exchanges).toEqual([])
})
