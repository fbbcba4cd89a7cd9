// A cache that several people share, as a proxy or a CDN keeps one, by the rules of RFC 9111 or by none.

export type Shared = { status: number; text: string; fromCache: boolean }

type Kept = { status: number; text: string; varied: readonly (readonly [name: string, value: string])[] }

/**
 * Answers from what it kept, else by `fetch`. It keeps every answer to a GET that may be kept, for ever: a cache is
 * free to guess how long an answer without a date is fresh. With `careless` it keeps what it was told not to, too.
 */
export function createSharedCache(careless = false): (url: string, headers: Record<string, string>) => Promise<Shared> {
  const kept = new Map<string, Kept[]>()
  return async (url, headers) => {
    const sent = new Headers(headers)
    const fits = ({ varied }: Kept) => varied.every(([name, value]) => (sent.get(name) ?? '') === value)
    const found = kept.get(url)?.find(fits)
    if (found) return { ...found, fromCache: true }
    const response = await fetch(url, { headers, redirect: 'manual' })
    const text = await response.text()
    const { status } = response
    const control = response.headers.get('cache-control') ?? ''
    const vary = careless ? '' : (response.headers.get('vary') ?? '')
    const mayKeep = careless || !(/no-store|private|no-cache/.test(control) || vary.includes('*'))
    if (mayKeep) {
      const names = vary.split(',').flatMap((name) => name.trim() || [])
      const varied = names.map((name) => [name, sent.get(name) ?? ''] as const)
      kept.set(url, [...(kept.get(url) ?? []), { status, text, varied }])
    }
    return { status, text, fromCache: false }
  }
}
