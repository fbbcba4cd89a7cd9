// The output of the commands: progress lines, and one sentence when they give up.

/**
 * An error whose message says everything, so it is printed without a stack.
 *
 * @param {string} message
 */
export function failure(message) {
  return Object.assign(new Error(message), { name: 'Failure' })
}

const started = Date.now()
/** @type {(code: number, text: string) => string} */
const paint = (code, text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text)

/** Seconds since `from`, or since the command was started, as `12.3 s`. */
export function seconds(from = started) {
  return `${((Date.now() - from) / 1000).toFixed(1)} s`
}

/** @param {string} text */
export function say(text) {
  console.log(`${paint(36, '▸')} ${text}`)
}

/** @param {string} text */
export function bold(text) {
  return paint(1, text)
}

/**
 * Runs a command's main function; a `failure` ends it with its sentence, anything else is a bug and keeps its stack.
 *
 * @param {() => Promise<unknown>} main
 */
export async function command(main) {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error && error.name === 'Failure' ? `${paint(31, '✗')} ${error.message}` : error)
    process.exit(1)
  }
}
