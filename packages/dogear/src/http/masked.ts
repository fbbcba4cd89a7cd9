// Names of people, masked: enough to recognise one's own, not enough to learn another's.

const maxLength = 64

/** `a•••@example.org` for an e-mail address; the first character and `•••` for anything else. */
export function masked(name: string): string {
  // Without what is not seen, such as marks that turn the direction of the text around it.
  const clean = name.replace(/\p{C}/gu, '').trim()
  const [first] = new Intl.Segmenter().segment(clean)
  const [domain = ''] = /@[^@\s]+\.[^@\s]+$/.exec(clean) ?? []
  return `${first?.segment ?? ''}•••${domain}`.slice(0, maxLength)
}
