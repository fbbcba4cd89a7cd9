// Hashes and other base64url text as the bytes they stand for.

/** base64url text as its bytes, or the text itself if it is none. */
export function toBytes(text: string): Uint8Array | string {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : text
}

export const toText = (stored: Uint8Array | string): string =>
  typeof stored === 'string' ? stored : Buffer.from(stored).toString('base64url')
