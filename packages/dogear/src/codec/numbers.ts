// Whole numbers in few bytes, for the bookkeeping of a record.

// One buffer for all writers of this process: encoding is synchronous, and `written` returns a copy.
let scratch = Buffer.alloc(1024)
let length = 0

/** Starts a new run of numbers; the one before must have been taken with `written`. */
export function startWriting(): void {
  length = 0
}

/** The bytes since `startWriting`; as a `Buffer`, because msgpackr writes the kind of any other typed array, too. */
export function written(): Uint8Array {
  const bytes = Buffer.allocUnsafe(length)
  scratch.copy(bytes, 0, 0, length)
  return bytes
}

function makeRoom(): void {
  if (length + 16 <= scratch.length) return
  const larger = Buffer.alloc(scratch.length * 2)
  scratch.copy(larger)
  scratch = larger
}

/** A whole number up to 2^53 - 1 in LEB128: seven bits a byte, lowest first. */
export function putVarint(value: number): void {
  makeRoom()
  if (value < 0x80) {
    scratch[length++] = value
    return
  }
  let rest = value
  while (rest >= 0x80) {
    scratch[length++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  scratch[length++] = rest
}

/** The same for numbers that may be negative. */
export const putSigned = (value: number): void => putVarint(toUnsigned(value))

/** Zigzag: the sign of a whole number goes into the lowest bit. */
export const toUnsigned = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)

export const toSigned = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2)

/** A whole number in exactly `width` bytes, highest first. */
export function putFixed(value: number, width: number): void {
  makeRoom()
  // Whole numbers of 32 bits are much quicker to take apart than larger ones.
  let [low, high] = [value >>> 0, Math.floor(value / 2 ** 32)]
  for (let at = length + width - 1; at >= length; at--) {
    scratch[at] = low
    low = at === length + width - 4 ? high : low >>> 8
  }
  length += width
}

/**
 * Reads numbers back in the order they were put. Throws `RangeError` past the end. Where the classes of the platform
 * are replaced, as by jsdom, msgpackr does not know a Buffer, and gives it back as its JSON.
 */
export function numberReader(stored: Uint8Array): {
  varint(): number
  signed(): number
  fixed(width: number): number
  done(): boolean
} {
  const bytes = ArrayBuffer.isView(stored) ? stored : Buffer.from(stored)
  let at = 0
  const byte = (): number => {
    const found = bytes[at++]
    if (found === undefined) throw new RangeError('a number is cut off')
    return found
  }
  const varint = () => {
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const part = byte()
      value += (part & 0x7f) * scale
      if (part < 0x80) return value
    }
    throw new RangeError('a number is too long')
  }
  return {
    varint,
    signed: () => toSigned(varint()),
    fixed: (width) => {
      let value = 0
      for (let index = 0; index < width; index++) value = value * 256 + byte()
      return value
    },
    done: () => at >= bytes.length,
  }
}
