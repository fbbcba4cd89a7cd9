// Leaves the messages of errors as they are: no test should have to repeat their words.
const errors = new Set(['Error', 'TypeError', 'DogearError'])

/**
 * @typedef {object} Path
 * @property {() => boolean} isStringLiteral
 * @property {() => boolean} isTemplateLiteral
 * @property {{ type: string, callee?: { name?: string } } | null} parent
 */

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: {
      /** @param {Path} path */
      shouldIgnore(path) {
        const { parent } = path
        const isMessage = parent?.type === 'NewExpression' && errors.has(parent.callee?.name ?? '')
        return isMessage && (path.isStringLiteral() || path.isTemplateLiteral()) ? 'the message of an error' : undefined
      },
    },
  },
]
