// Names of XState 4 in a machine of XState 5, which ignores most of them: an ignored guard lets everyone pass.

import { nodesWithin, type StateNode } from './nodes.ts'

const transitionNames = { cond: 'guard', in: 'guard: stateIn(…)', internal: 'reenter' }
const stateNames = { onEntry: 'entry', onExit: 'exit', activities: 'invoke', data: 'output' }
const invokeNames = { data: 'input' }

/** One problem for each, by its place. To be called before anything is made of the machine: some make XState throw. */
export function lintOldNames(root: StateNode): string[] {
  return nodesWithin(root).flatMap(({ id, config }) => {
    const { invoke, on, after, always, onDone } = config as Readonly<Record<string, unknown>>
    const invokes = list(invoke)
    const transitions: [string, unknown][] = [
      ...Object.entries(Object(on)).map(([event, one]): [string, unknown] => [`on.${event}`, one]),
      ...Object.entries(Object(after)).map(([delay, one]): [string, unknown] => [`after.${delay}`, one]),
      ['always', always],
      ['onDone', onDone],
      ...invokes.flatMap((one, at) =>
        ['onDone', 'onError'].map((name): [string, unknown] => [`invoke[${at}].${name}`, Object(one)[name]]),
      ),
    ]
    return [
      ...found(id, config, stateNames),
      ...invokes.flatMap((one, at) => found(`${id}.invoke[${at}]`, one, invokeNames)),
      ...transitions.flatMap(([at, one]) => list(one).flatMap((each) => found(`${id}.${at}`, each, transitionNames))),
    ]
  })
}

const list = (value: unknown): unknown[] => [value ?? []].flat()

function found(at: string, given: unknown, names: Readonly<Record<string, string>>): string[] {
  if (typeof given !== 'object' || given === null) return []
  return Object.entries(names).flatMap(([old, name]) =>
    Object.hasOwn(given, old) ? [`${at}.${old}: a name of XState 4; say ${name}`] : [],
  )
}
