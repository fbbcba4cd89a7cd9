// The paths below the base path, and the methods each of them answers.

/** A request's place in the API: which resource, of which flow, and at which step. */
export type Route = { resource: Resource; flow: string; step: string }
export type Resource = 'flow' | 'events' | 'draft'

/** The methods of every resource, as the `Allow` header lists them. */
export const methods: Readonly<Record<Resource, readonly string[]>> = {
  flow: ['GET', 'HEAD', 'DELETE'],
  events: ['POST'],
  draft: ['PUT'],
}

/** The route of a URL path, or undefined if nothing lives there. */
export function matchRoute(basePath: string, pathname: string): Route | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined
  const parts = pathname
    .slice(basePath.length + 1)
    .split('/')
    .map(decode)
  const [flow, collection, step] = parts
  if (!flow || parts.includes(undefined)) return undefined
  if (parts.length === 1) return { resource: 'flow', flow, step: '' }
  if (parts.length === 2 && collection === 'events') return { resource: 'events', flow, step: '' }
  if (parts.length === 3 && collection === 'drafts' && step) return { resource: 'draft', flow, step }
  return undefined
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
