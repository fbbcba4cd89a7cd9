// The name of a device, such as "Safari on iPhone", from its browser's User-Agent header.

import Bowser from 'bowser'

const maxHeader = 512
const maxRemembered = 1000
const unknown = 'Unknown browser'

const browsers = new Set(Object.values(Bowser.BROWSER_MAP))
const systems = new Set(Object.values(Bowser.OS_MAP))
const models = new Set(['iPhone', 'iPad'])
const shorter: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  'Samsung Internet for Android': 'Samsung Internet',
}

const remembered = new Map<string, string>()

/** A name of at most 32 characters, of known words only. Decide nothing by it: any program can send any header. */
export function deviceLabel(userAgent: string | null): string {
  const header = (userAgent ?? '').slice(0, maxHeader)
  const known = remembered.get(header)
  if (known !== undefined) return known
  const label = toLabel(header)
  if (remembered.size >= maxRemembered) remembered.clear()
  remembered.set(header, label)
  return label
}

/** Texts for names of devices, with `{browser}` and `{place}` where proper names stand. */
type LabelTexts = Readonly<Record<'unknown' | 'anyBrowser' | 'known', string>>

/** A label that `deviceLabel` has made, in the words of `texts`; any other as it is. */
export function labelIn(texts: LabelTexts, label: string): string {
  if (label === unknown) return texts.unknown
  const [, browser, place] = /^(.+) on (.+)$/.exec(label) ?? []
  if (browser === undefined || place === undefined) return label
  const text = browser === 'Browser' ? texts.anyBrowser : texts.known
  return text.replace(/\{(browser|place)\}/g, (_, name) => (name === 'place' ? place : browser))
}

function toLabel(header: string): string {
  const { browser, os, platform } = parse(header)
  // Only words of the parser's lists, because for an unknown browser it takes the name from the header.
  const name = pick(browsers, browser?.name)
  const place = pick(models, platform?.model) ?? pick(systems, os?.name)
  if (name === undefined) return place === undefined ? unknown : `Browser on ${place}`
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
