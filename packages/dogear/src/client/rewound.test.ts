// The browser's copy when the store has lost what it shows: it goes back to what is there, and says so.

import { describe, expect, it } from 'vitest'
import { detailsSubmitted, serve } from '../../fixtures/order.ts'
import { type Forgetful, forgetful } from '../store/forgetful.fixture.ts'
import { heldBack, openPage, type Page } from './page.fixture.ts'

const paid = { type: 'payment.submitted' as const, method: 'card' }

/** A page at the review, and a way to make its store lose commits. */
async function reviewing(): Promise<Page & { lose(commits: number): Promise<void> }> {
  const store: Forgetful & { calls: string[] } = { ...forgetful(), calls: [] }
  const page = await openPage([], { served: serve({ store }) })
  await page.client.send(detailsSubmitted)
  await page.client.send(paid)
  const [{ id } = { id: '' }] = (await store.scan(undefined, 10)).found
  page.sent.length = 0
  return { ...page, lose: (commits) => store.lose(id, commits) }
}

const shown = ({ client }: Page) => {
  const { view, problem, busy } = client.getSnapshot()
  return { step: view.step, revision: view.revision, code: problem?.code ?? null, busy }
}

describe('a page whose state the store has lost', () => {
  it('is told with its next event, and goes on from what is there', async () => {
    const page = await reviewing()
    await page.lose(1)
    expect(await page.client.send({ type: 'order.placed' })).toMatchObject({ ok: false, problem: { code: 'rewound' } })
    expect(shown(page)).toEqual({ step: 'payment', revision: 1, code: 'rewound', busy: false })
    expect(await page.client.send(paid)).toMatchObject({ ok: true, outcome: 'applied' })
    expect(shown(page)).toEqual({ step: 'review', revision: 2, code: null, busy: false })
  })

  it('keeps the values of the event as a draft of the step they were typed at', async () => {
    const page = await reviewing()
    await page.lose(1)
    const result = await page.client.send({ type: 'payment.submitted', method: 'invoice' }, { step: 'payment' })
    expect(await (result.ok ? undefined : result.kept)).toMatchObject({ ok: true })
    expect(page.client.getSnapshot().view.drafts).toEqual({
      payment: expect.objectContaining({ values: { method: 'invoice' }, issues: [] }),
    })
    expect(shown(page)).toMatchObject({ revision: 2, code: 'rewound' })
  })

  it('finds out by looking, by a draft and by a page that the server has rendered since', async () => {
    const finds: ((page: Page) => unknown)[] = [
      ({ client }) => client.refresh(),
      ({ client }) => client.saveDraft('review', { note: 'x' }),
      async ({ client, fetch }) => {
        client.accept(await (await fetch('/api/flows/order')).json())
        await client.refresh()
      },
    ]
    for (const find of finds) {
      const page = await reviewing()
      await page.lose(1)
      await find(page)
      expect(shown(page), `${find}`).toMatchObject({ step: 'payment', code: 'rewound' })
    }
  })

  it('finds out though another commit has taken the place of the one it saw', async () => {
    const page = await reviewing()
    await page.lose(1)
    const other = await openPage([], { served: page, fetch: page.fetch })
    await other.client.send({ type: 'payment.submitted', method: 'invoice' })
    await page.client.refresh()
    expect(shown(page)).toMatchObject({ step: 'review', revision: 2, code: 'rewound' })
    expect(page.client.getSnapshot().view.context).toMatchObject({ method: 'invoice' })
  })
})

it('an answer that is only late is none of a store that has lost something', async () => {
  const page = await reviewing()
  const { fault, letGo } = heldBack()
  page.faults.push(fault)
  const late = page.client.refresh()
  await page.client.saveDraft('review', { note: 'x' })
  letGo()
  await late
  expect(shown(page)).toMatchObject({ revision: 3, code: null })
})
