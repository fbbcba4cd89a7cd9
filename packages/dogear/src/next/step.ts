// The step a URL may show: the one it names if its page is open, else the person's current one, or none.

import { redirect } from 'next/navigation.js'
import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import { isOpen, pageUrl } from '../pages.ts'
import type { StepProps, View, ViewStep } from '../wire.ts'
import { must, refuseWiring } from '../wiring.ts'
import { readFlow } from './read-flow.ts'
import { readWords } from './read-words.ts'

/** The segments of a path below a flow's own, as Next gives them; a page at the flow's own path has none. */
export type StepPath = string | readonly string[] | undefined

/** The props of a page whose last folder is `[step]`, `[...step]` or `[[...step]]`. */
export type StepRoute = {
  params: Promise<{ step?: string | string[] | undefined }>
  searchParams?: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/**
 * The step to show at a requested path, or the path to go to instead: that of the current step.
 *
 * An open step may be shown. A state that is no step, such as one that waits for an effect, has its place at the flow's
 * own path, `''`: there `step` is null. The path to go to always shows something itself.
 */
export function stepFor(
  view: Pick<View, 'steps'>,
  requested: StepPath,
): { step: ViewStep | null } | { redirectTo: string } {
  const path = toPath(requested)
  const step = view.steps.find((candidate) => candidate.path === path && isOpen(candidate))
  if (step) return { step }
  const current = view.steps.find(({ state }) => state === 'current')
  return current || path !== '' ? { redirectTo: current?.path ?? '' } : { step: null }
}

/**
 * Reads the visitor's session for the page at `route`, and gives what `useStep` takes; redirects to the current step if
 * the page is not open. `base` is the path above the flow's pages; `/` and `''` are the root. Rejects with a
 * `TypeError` if it is no path, as its redirects would lead elsewhere. A redirect throws: call it outside `try`.
 */
export async function readStep<F extends Flow>(
  http: Http,
  flow: F,
  { params, searchParams }: StepRoute,
  base: string = `/${flow.id}`,
): Promise<StepProps<ViewOf<F>>> {
  const above = base === '/' ? '' : base
  refuseWiring('readStep was given what cannot work', aBase(above, 'base'))
  const [{ step: requested }, { problem, ...query } = {}] = await Promise.all([params, searchParams])
  const asked = toSearch(query)
  const view = await readFlow(http, flow, { search: asked })
  const { lang, dir, problems } = await readWords(http)
  const found = stepFor(view, requested)
  const code = [problem].flat()[0]
  if ('redirectTo' in found) {
    // Until a session is stored, the query may be what it will be made of.
    const kept = { ...(view.saved ? {} : query), problem: code }
    return redirect(pageUrl(above, found.redirectTo) + toSearch(kept))
  }
  return {
    view,
    now: http.engine.now(),
    url: `${http.basePath}/${flow.id}`,
    base: above,
    path: found.step?.path ?? null,
    problem: code,
    words: { lang, dir, problems },
  }
}

function toSearch(query: Readonly<Record<string, string | string[] | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]))
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

const aBase = must(
  'a path such as /signup: with a slash before it, and none after it',
  (value) => typeof value === 'string' && /^(\/[^/?#]+)*$/.test(value),
)

/** The path as the flow has it: Next leaves the segments encoded. */
function toPath(requested: StepPath): string {
  const segments = [requested ?? []].flat() as string[]
  return segments.map(decoded).join('/')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
