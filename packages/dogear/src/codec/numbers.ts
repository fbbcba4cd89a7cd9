// Whole numbers in few bytes, for the bookkeeping of a record.

/** Appends whole numbers up to 2^53 - 1: `varint` in LEB128 (seven bits a byte, lowest first), `signed` with the sign lowest. */
export function numberWriter(): {
  varint(value: number): void
  signed(value: number): void
  fixed(value: number, width: number): void
  bytes(): Uint8Array
} {
  let written = new Uint8Array(256)
  let length = 0
  const put = (byte: number) => {
    if (length === written.length) {
      const larger = new Uint8Array(length * 2)
      larger.set(written)
      written = larger
    }
    written[length++] = byte
  }
  const varint = (value: number) => {
    let rest = value
    while (rest >= 0x80) {
      put((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    put(rest)
  }
  return {
    varint,
    signed: (value) => varint(value >= 0 ? value * 2 : -value * 2 - 1),
    fixed: (value, width) => {
      for (let scale = 256 ** (width - 1); scale >= 1; scale /= 256) put(Math.floor(value / scale) % 256)
    },
    bytes: () => written.subarray(0, length),
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
