// Paths given by a page or a link, accepted only if they lead to this shop.

// Stands for this site, whatever its name is: a path leads here if it leads to no other origin.
const here = 'http://here.invalid'

/**
 * The path and query of `address` as a browser would read them: with dots resolved, backslashes turned, tabs left out.
 * Undefined if that leads to another site, or still would once it is read again.
 */
export function resolvePath(address: string): string | undefined {
  if (!URL.canParse(address, here)) return undefined
  const { origin, pathname, search } = new URL(address, here)
  return origin === here && /^\/(?![/\\])/.test(pathname) ? `${pathname}${search}` : undefined
}

/** `value`, resolved, if it is the path of a page of this site, else `fallback`. */
export function localPath(value: unknown, fallback: string): string {
  if (typeof value !== 'string' || !/^\/[\w/?=&.%-]*$/.test(value)) return fallback
  return resolvePath(value) ?? fallback
}
