// Names of uploaded files, cleaned so that they can be shown and offered as a download.

const longest = 120

/** The name without folders, control and direction characters, at most 120 characters long, ending in `extension`. */
export function fileName(given: string, extension: string): string {
  const plain = given
    .normalize('NFC')
    .replace(/^.*[/\\]/s, '')
    // Control characters, line separators, and those that make a name read backwards.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const fits = plain.toLowerCase().endsWith(`.${extension}`) || (extension === 'jpg' && /\.jpe?g$/i.test(plain))
  const stem = fits ? plain.slice(0, plain.lastIndexOf('.')) : plain
  const ending = fits ? plain.slice(plain.lastIndexOf('.')) : `.${extension}`
  const short = [...stem]
    .slice(0, longest - ending.length)
    .join('')
    .trimEnd()
  return `${short || 'document'}${ending}`
}

/** A `Content-Disposition` that offers the name (RFC 6266): in ASCII for old programs, in full for all others. */
export function asAttachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`
}
