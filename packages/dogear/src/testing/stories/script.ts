// A story as code that tells it again, ready for a test.

import type { Flow } from '../../flow/define.ts'
import { type Deed, linesOf, literal, nameOf } from './deeds.ts'
import type { Start, World } from './world.ts'

export type Told = {
  flow: Pick<Flow, 'id'>
  start: Start | undefined
  hasOptions: boolean
  answers: Readonly<Record<string, readonly unknown[]>>
  deeds: readonly Deed[]
  effects: World['effects']
}

export function scriptOf({ flow, start, hasOptions, answers, deeds, effects }: Told): string {
  const name = flow.id.replace(/[^a-zA-Z0-9]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? '')
  const asked = answersText(answers, effects)
  const members = [
    ...(hasOptions ? ['...options'] : []),
    ...(start ? [`since: { version: ${start.version}, sample: ${start.sample} }`] : []),
    ...(asked ? [`answers: { ${asked} }`] : []),
  ]
  const tabs = new Map(
    [...new Set(deeds.flatMap((deed) => (deed.kind === 'send' && deed.tab !== undefined ? [deed.tab] : [])))].map(
      (tab, index) => [tab, `tab${index + 1}`],
    ),
  )
  const lines: string[] = []
  let devices = 1
  for (const [index, deed] of deeds.entries()) {
    lines.push(...linesOf(deed, devices, tabs))
    if (deed.kind === 'join') devices++
    const tab = tabs.get(index)
    if (tab !== undefined) lines.push(`const ${tab} = await ${'who' in deed ? nameOf(deed.who) : 'ada'}.view()`)
  }
  const needs = lines.some((line) => line.includes('engine.')) ? '{ ada, engine }' : '{ ada }'
  const [member = '', ...more] = members
  const options = more.length === 0 && hasOptions ? 'options' : member && `{ ${members.join(', ')} }`
  const body = lines.map((line) => `\n  ${line}`).join('')
  return `await retell(${name}, async (${needs}) => {${body}\n}${options && `, ${options}`})`
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
