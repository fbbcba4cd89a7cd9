// A form whose session has lost its last changes: everything that it shows stays, and is saved again.

import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ada, detailsSubmitted, serve } from '../../fixtures/order.ts'
import { forgetful } from '../store/forgetful.fixture.ts'
import { controlPage, type FormPage, field, openForm, pass, show, submit, type } from './form-page.fixture.tsx'

controlPage()

/** A form in which a name was typed and saved, and a way to make its store lose commits. */
async function typed(before: readonly object[] = []): Promise<FormPage & { lose(commits: number): Promise<void> }> {
  const store = { ...forgetful(), calls: [] }
  const page = await openForm({ served: serve({ store }), before, answers: ({ context }) => context.details })
  await show(page.element)
  type('name', 'Ada L.')
  await pass(800)
  type('email', 'ada@l.example')
  await pass(800)
  const [{ id } = { id: '' }] = (await store.scan(undefined, 10)).found
  expect(await page.draft()).toMatchObject({ values: { name: 'Ada L.', email: 'ada@l.example' } })
  page.drafts.length = 0
  return { ...page, lose: (commits) => store.lose(id, commits) }
}

const shown = () => ({ name: field('name').value, email: field('email').value })

it('found by looking, the loss of saved values empties no field, and they are saved again', async () => {
  const page = await typed()
  await page.lose(1)
  await act(() => page.flow().refresh())
  expect(page.flow().problem?.code).toBe('rewound')
  expect([shown(), page.conflicts]).toEqual([{ name: 'Ada L.', email: 'ada@l.example' }, []])
  type('note', 'bell')
  await pass(800)
  expect(await page.draft()).toMatchObject({ values: { name: 'Ada L.', email: 'ada@l.example', note: 'bell' } })
  expect([shown(), page.conflicts]).toEqual([{ name: 'Ada L.', email: 'ada@l.example' }, []])
})

it('found by submitting, it is told, and submitting again is taken', async () => {
  const page = await typed([detailsSubmitted])
  await page.lose(1)
  submit()
  await pass(0)
  expect(page.replies.at(-1)).toMatchObject({ ok: false, problem: { code: 'rewound' } })
  await pass(800)
  expect([shown(), page.conflicts]).toEqual([{ name: 'Ada L.', email: 'ada@l.example' }, []])
  expect(await page.draft()).toMatchObject({ values: { name: 'Ada L.', email: 'ada@l.example' } })
  submit()
  await pass(0)
  expect(page.replies.at(-1)).toMatchObject({ ok: true, outcome: 'applied' })
  expect(page.flow()).toMatchObject({ problem: null, view: { context: { details: { name: 'Ada L.' } } } })
})

it('what somebody else has entered since is a conflict to be decided, as ever', async () => {
  const page = await typed([detailsSubmitted])
  await page.lose(1)
  await page.elsewhere.types({ email: 'grace@h.example' }, { ageMs: 0 })
  await pass(0)
  expect(page.flow().problem?.code).toBe('rewound')
  expect(shown()).toEqual({ name: 'Ada L.', email: 'ada@l.example' })
  expect(page.conflicts.at(-1)?.fields).toEqual([{ name: 'email', mine: 'ada@l.example', theirs: 'grace@h.example' }])
  expect(ada.email).not.toBe('ada@l.example')
})
