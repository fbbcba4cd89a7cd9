// The ways in which the stand-in is told to misbehave: by the name of the model, or by an order for the next requests.
import { invalid, refusal } from './refusals.ts'

/**
 * `slow`: milliseconds before each chunk. `hold`: the chunks after which the answer waits until it is released, before
 * its end if it has no more of them. `cut`: the bytes of the body after which the connection is destroyed.
 * `quota`, `rate`: 429, to be tried again after so many seconds. `nonsense`: a 200 that is no completion: `text` that
 * is not JSON, an `empty` list of choices, or a page of `html`.
 */
export type Misbehaviour = {
  slow?: number
  hold?: number
  cut?: number
  quota?: number
  rate?: number
  nonsense?: 'text' | 'empty' | 'html'
}

/** One that holds for the next `times` requests. */
export type Order = Misbehaviour & { times: number }

/** The one model there is. */
export const MODEL = 'extract-1'

const numbers: Readonly<Record<'slow' | 'hold' | 'cut' | 'quota' | 'rate', [least: number, most: number]>> = {
  slow: [0, 60_000],
  hold: [0, 10_000],
  cut: [0, 1_000_000],
  quota: [1, 86_400],
  rate: [1, 86_400],
}
const kinds = ['text', 'empty', 'html'] as const
const howTo =
  'Use slow (0 to 60000 ms), hold (chunks), cut (bytes), quota or rate (seconds), nonsense (text, empty, html).'

/** Reads the model's name, such as `extract-1:slow=50:cut=120`; any other one is a 404. */
export function misbehaviourOf(model: string): Misbehaviour {
  const [name, ...suffixes] = model.split(':')
  try {
    if (name !== MODEL) throw invalid('model', `The only model is ${MODEL}.`)
    return Object.assign({}, ...suffixes.map(readSuffix))
  } catch (error) {
    const message = `There is no model "${model.slice(0, 100)}": ${(error as Error).message}`
    throw refusal(404, { message, param: 'model', code: 'model_not_found' })
  }
}

function readSuffix(suffix: string): Misbehaviour {
  const [name = '', value] = suffix.split('=')
  if (name === 'nonsense') return readMisbehaviour({ nonsense: value ?? 'text' })
  return readMisbehaviour({ [name]: value === undefined || value === '' ? undefined : Number(value) })
}

function readMisbehaviour(values: Record<string, unknown>): Misbehaviour {
  const told: Misbehaviour = {}
  for (const [name, value] of Object.entries(values)) {
    const kind = kinds.find((one) => one === value)
    if (name === 'nonsense' && kind) told.nonsense = kind
    else if (isNumberName(name) && isWithin(value, numbers[name])) told[name] = value
    else throw invalid(name, `"${name.slice(0, 40)}" cannot be told so. ${howTo}`)
  }
  return told
}

const isNumberName = (name: string): name is keyof typeof numbers => Object.hasOwn(numbers, name)
const isWithin = (value: unknown, [least, most]: [number, number]): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most

/** Reads the body of an order: `{ cut: 120, times: 2 }`; without `times` it holds for one request. */
export function readOrder({ times = 1, ...values }: Record<string, unknown>): Order {
  if (!isWithin(times, [1, 1000])) throw invalid('times', '"times" must be a whole number from 1 to 1000.')
  return { ...readMisbehaviour(values), times }
}

export type Control = {
  /** Orders that still hold, the next first. */
  orders(): readonly Order[]
  add(order: Order): void
  clear(): void
  /** The misbehaviour of the request that has just come. */
  next(): Misbehaviour
}

/** Orders are carried out one after the other. They are forgotten when the process ends. */
export function createControl(): Control {
  let waiting: readonly Order[] = []
  return {
    orders: () => waiting,
    add: (order) => {
      waiting = [...waiting, order]
    },
    clear: () => {
      waiting = []
    },
    next: () => {
      const [first, ...others] = waiting
      if (!first) return {}
      const { times, ...told } = first
      waiting = times > 1 ? [{ ...told, times: times - 1 }, ...others] : others
      return told
    },
  }
}
