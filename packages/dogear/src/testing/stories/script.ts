// A story as code: a script of a visitor that can be pasted into a test.

import type { Flow } from '../../flow/define.ts'
import { type Deed, linesOf, literal, nameOf } from './deeds.ts'
import type { Start, World } from './world.ts'

export type Told = {
  flow: Pick<Flow, 'id'>
  start: Start | undefined
  provides: boolean
  answers: Readonly<Record<string, readonly unknown[]>>
  deeds: readonly Deed[]
  effects: World['effects']
}

export function scriptOf({ flow, start, provides, answers, deeds, effects }: Told): string {
  const name = flow.id.replace(/[^a-zA-Z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')
  const given = provides ? `${name}.provide(provide())` : name
  const asked = answersText(answers, effects)
  const since = start && `{ locks: ${literal(start.locks)}, version: ${start.version}, sample: ${start.sample} }`
  const tabs = new Map(
    [...new Set(deeds.flatMap((deed) => (deed.kind === 'send' && deed.tab !== undefined ? [deed.tab] : [])))].map(
      (tab, index) => [tab, `tab${index + 1}`],
    ),
  )
  const lines = [
    `const engine = testEngine({ flows: [${given}]${asked && `, answers: { ${asked} }`} })`,
    since ? `const ada = await visitorSince(engine, ${name}, ${since})` : `const ada = visitor(engine, ${name})`,
  ]
  let devices = 1
  for (const [index, deed] of deeds.entries()) {
    lines.push(...linesOf(deed, devices, tabs))
    if (deed.kind === 'join') devices++
    const tab = tabs.get(index)
    if (tab !== undefined) lines.push(`const ${tab} = await ${'who' in deed ? nameOf(deed.who) : 'ada'}.view()`)
  }
  return lines.join('\n')
}

/** Only as many answers as were asked for. */
function answersText(answers: Told['answers'], effects: World['effects']): string {
  return Object.entries(answers)
    .flatMap(([src, list]) => {
      const asked = [...effects.values()].filter((one) => one.src === src).length
      const needed = list.slice(0, asked)
      const text = needed.map((one) => (one instanceof Error ? `new Error(${literal(one.message)})` : literal(one)))
      return asked > 0 ? [`${literal(src)}: [${text.join(', ')}]`] : []
    })
    .join(', ')
}
