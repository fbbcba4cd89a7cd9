// Whole numbers in few bytes, for the bookkeeping of a record.

// One buffer for all writers of this process: encoding is synchronous, and `bytes` copies what was written.
let scratch = new Uint8Array(1024)

/** Appends whole numbers up to 2^53 - 1: `varint` in LEB128 (seven bits a byte, lowest first), `signed` with the sign lowest. One writer at a time. */
export function numberWriter(): {
  varint(value: number): void
  signed(value: number): void
  fixed(value: number, width: number): void
  bytes(): Uint8Array
} {
  let length = 0
  const grow = () => {
    const larger = new Uint8Array(scratch.length * 2)
    larger.set(scratch)
    scratch = larger
  }
  const varint = (value: number) => {
    if (length + 16 > scratch.length) grow()
    let rest = value
    while (rest >= 0x80) {
      scratch[length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    scratch[length++] = rest
  }
  return {
    varint,
    signed: (value) => varint(value >= 0 ? value * 2 : -value * 2 - 1),
    fixed: (value, width) => {
      if (length + 16 > scratch.length) grow()
      let rest = value
      for (let at = length + width - 1; at >= length; at--) {
        scratch[at] = rest % 256
        rest = Math.floor(rest / 256)
      }
      length += width
    },
    bytes: () => scratch.slice(0, length),
  }
}

/** Reads numbers back in the order they were written. Throws `RangeError` past the end. */
export function numberReader(bytes: Uint8Array): {
  varint(): number
  signed(): number
  fixed(width: number): number
  done(): boolean
} {
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
    signed: () => {
      const value = varint()
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    },
    fixed: (width) => {
      let value = 0
      for (let index = 0; index < width; index++) value = value * 256 + byte()
      return value
    },
    done: () => at >= bytes.length,
  }
}
