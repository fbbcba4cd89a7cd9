// What a device is called, from its browser's User-Agent header: "Safari on iPhone". Nothing of the header itself gets through.

import Bowser from 'bowser'

const maxHeader = 512
const maxRemembered = 1000

const browsers = new Set(Object.values(Bowser.BROWSER_MAP))
const systems = new Set(Object.values(Bowser.OS_MAP))
const models = new Set(['iPhone', 'iPad'])
const shorter: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  'Samsung Internet for Android': 'Samsung Internet',
}

const remembered = new Map<string, string>()

/** A name of at most 32 characters. It is for people: programs that lie about themselves get the name they ask for, of those there are. */
export function deviceLabel(userAgent: string | null): string {
  const header = (userAgent ?? '').slice(0, maxHeader)
  const known = remembered.get(header)
  if (known !== undefined) return known
  const label = toLabel(header)
  if (remembered.size >= maxRemembered) remembered.clear()
  remembered.set(header, label)
  return label
}

function toLabel(header: string): string {
  const { browser, os, platform } = parse(header)
  // Only words of the parser's own lists: it would also pass on a name it found in the header.
  const name = pick(browsers, browser?.name)
  const place = pick(models, platform?.model) ?? pick(systems, os?.name)
  if (name === undefined) return place === undefined ? 'Unknown browser' : `Browser on ${place}`
  const short = shorter[name] ?? name
  return (place === undefined ? short : `${short} on ${place}`).slice(0, 32)
}

function parse(header: string): Partial<Bowser.Parser.ParsedResult> {
  try {
    return header === '' ? {} : Bowser.parse(header)
  } catch {
    return {}
  }
}

function pick(words: ReadonlySet<string>, word: string | undefined): string | undefined {
  return word !== undefined && words.has(word) ? word : undefined
}
