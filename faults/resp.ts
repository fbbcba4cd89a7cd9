// Just enough of the Redis protocol to cut it into frames: for requests, replies and the append-only file alike.

const carriageReturn = 13

/** The end of the frame that starts at `at`, or -1 while it is incomplete. Knows RESP2 and RESP3. */
export function frameEnd(bytes: Buffer, at: number): number {
  const line = bytes.indexOf(carriageReturn, at)
  if (line < 0 || line + 2 > bytes.length) return -1
  const kind = String.fromCharCode(bytes[at] ?? 0)
  const after = line + 2
  if ('$=!'.includes(kind)) {
    const length = lengthAt(bytes, at, line)
    const end = length < 0 ? after : after + length + 2
    return end <= bytes.length ? end : -1
  }
  if (!'*~>%|'.includes(kind)) return after
  let left = lengthAt(bytes, at, line) * ('%|'.includes(kind) ? 2 : 1)
  let end = after
  while (left-- > 0 && end >= 0) end = frameEnd(bytes, end)
  return end
}

/** The words of the command that starts at `at`: an array of strings. */
export function wordsAt(bytes: Buffer, at: number): Buffer[] {
  let line = bytes.indexOf(carriageReturn, at)
  const count = lengthAt(bytes, at, line)
  const words: Buffer[] = []
  let next = line + 2
  for (let i = 0; i < count; i++) {
    line = bytes.indexOf(carriageReturn, next)
    const length = lengthAt(bytes, next, line)
    words.push(bytes.subarray(line + 2, line + 2 + length))
    next = line + 2 + length + 2
  }
  return words
}

function lengthAt(bytes: Buffer, at: number, line: number): number {
  return Number(bytes.toString('latin1', at + 1, line))
}
