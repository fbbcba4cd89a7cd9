// Stores base64url text, such as hashes, as the bytes it encodes.

/** The bytes that base64url text encodes; any other text as it is. */
export function toBytes(text: string): Uint8Array | string {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : text
}

export const toText = (stored: Uint8Array | string): string =>
  typeof stored === 'string' ? stored : Buffer.from(stored).toString('base64url')
