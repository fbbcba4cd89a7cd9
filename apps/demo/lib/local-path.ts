// Paths given by a page or a link, accepted only if they lead to this shop.

/** `value` if it is the path of a page of this site, else `fallback`. */
export function localPath(value: unknown, fallback: string): string {
  // A second slash or a backslash would make it another host's address.
  return typeof value === 'string' && /^\/(?![/\\])[\w/?=&.%-]*$/.test(value) ? value : fallback
}
