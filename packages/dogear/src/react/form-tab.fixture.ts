// A tab with one form in front of the real server, over a network whose every request waits for its fate.

import { browser, flowUrl, opId, serve } from '../../fixtures/order.ts'
import { createFlowClient, type FlowClient, isTransient, type SendResult } from '../client/index.ts'
import type { Problem, View } from '../wire.ts'
import { createFormDrafts } from './form-drafts.ts'
import { readForm } from './form-fields.ts'
import { createUnsaved, fillField } from './form-unsaved.ts'
import { type FieldValue, formValues, toField, valuesIn } from './form-values.ts'

const step = 'details'
const type = 'details.submitted'

/** A request on its way: `reach` lets it take effect, `answer` lets its answer come, the others end it. */
export type Pending = {
  readonly leaving: boolean
  reach(): Promise<void>
  answer(): Promise<void>
  fail(): void
  refuse(status: number): void
}

export type Tab = {
  readonly client: FlowClient
  readonly form: HTMLFormElement
  field(name: string): HTMLInputElement
  type(name: string, value: string): void
  submit(): void
  /** Closes the tab. Only requests that outlive a page are still on their way. */
  close(): void
}

export type TabWorld = {
  readonly pending: Pending[]
  open(): Promise<Tab>
  /** The values of the form in the session, by field. */
  record(): Promise<Readonly<Record<string, FieldValue>>>
}

const problem = (status: number): Problem => ({ type: 'about:blank', title: 'No', status, code: 'no', detail: 'No.' })

/** `network` leads to a server; the default one is in memory. */
export function createTabWorld(names: readonly string[], network: typeof fetch = browser(serve().http)): TabWorld {
  const pending: Pending[] = []

  /** The network of one tab; nothing of it comes back to a tab that is closed. */
  const fetchOf =
    (life: { closed: boolean }): typeof globalThis.fetch =>
    (input, init) =>
      new Promise((resolve, reject) => {
        if (life.closed) return
        let response: Promise<Response> | undefined
        const end = (how: () => void) => {
          const at = pending.indexOf(request)
          if (at >= 0) pending.splice(at, 1)
          if (!life.closed) how()
        }
        const request: Pending = {
          leaving: init?.keepalive === true,
          async reach() {
            response ??= network(input, { ...init, signal: null })
            await response
          },
          async answer() {
            await request.reach()
            const answer = await response
            end(() => answer && resolve(answer))
          },
          fail: () => end(() => reject(new TypeError('Failed to fetch'))),
          refuse: (status) => end(() => resolve(new Response(JSON.stringify(problem(status)), { status }))),
        }
        init?.signal?.addEventListener('abort', request.fail)
        pending.push(request)
      })

  const read = async () => (await (await network(flowUrl)).json()) as View
  const recorded = (view: View) => {
    const { details } = view.context as { details: object | null }
    const values = valuesIn({ step, form: type }, { view, answers: details })
    return Object.fromEntries(names.map((name) => [name, toField(values[name])]))
  }

  return {
    pending,
    record: async () => recorded(await read()),
    async open() {
      const view = await read()
      const life = { closed: false }
      const environment = { addEventListener: () => {} }
      const client = createFlowClient({ url: flowUrl, view, fetch: fetchOf(life), environment })
      const form = document.createElement('form')
      for (const [name, value] of Object.entries(recorded(view))) {
        const field = document.createElement('input')
        Object.assign(field, { name, defaultValue: value })
        form.append(field)
      }
      document.body.append(form)
      let coming = opId()
      let last: { key: string; id: string; sending: boolean; answered: boolean } | undefined
      const options = { client, step, type, autosave: true }
      const drafts = createFormDrafts({
        ...options,
        unsaved: createUnsaved(options),
        fill: fillField,
        page: {
          current: {
            opId: (typed) => (!typed && last && !last.answered ? last.id : coming),
            onConflict: () => {},
            onRenew: () => {},
          },
        },
      })
      const follow = () => {
        const { view, busy, draft, problem } = client.getSnapshot()
        const { details } = view.context as { details: Record<string, unknown> | null }
        const rewound = problem?.code === 'rewound'
        drafts.follow({ view, answers: details, busy, problem: draft.problem, rewound })
      }
      const stop = drafts.start(form, 0)
      follow()
      const unsubscribe = client.subscribe(follow)
      const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement

      // As `FlowForm` does it.
      async function submit() {
        const values = formValues(new FormData(form))
        const key = JSON.stringify(values)
        if (last?.key === key && last.sending) return
        const again = last?.key === key && !last.answered
        const submission = again && last ? last : { key, id: coming, sending: true, answered: false }
        if (!again) coming = opId()
        submission.sending = true
        last = submission
        const options = { opId: submission.id, draft: drafts.submit(), step }
        const result: SendResult = await client.send({ ...values, type } as { type: string }, options)
        submission.sending = false
        submission.answered = result.ok || !isTransient(result.problem)
        if (last === submission) drafts.answered(result)
      }

      return {
        client,
        form,
        field,
        type(name, value) {
          field(name).value = value
          field(name).dispatchEvent(new Event('input', { bubbles: true }))
        },
        submit: () => void submit(),
        close() {
          window.dispatchEvent(new Event('pagehide'))
          life.closed = true
          // No code of a closed tab runs, and nobody takes leave of its form.
          const stored = Object.entries(localStorage)
          unsubscribe()
          stop()
          form.remove()
          for (const [key, text] of stored) localStorage.setItem(key, text)
          for (const request of [...pending]) if (!request.leaving) request.fail()
        },
      }
    },
  }
}

/** The values that a person sees in a form. */
export const shownIn = ({ form }: Tab): Readonly<Record<string, FieldValue | undefined>> =>
  Object.fromEntries(readForm(form).values)
