// The chart of the docs: turns a second and processor time a turn, one bar a contender, for light and dark pages.

import type { Figures, Results, Row } from './results.ts'

const width = 860
const barHeight = 16
const rowHeight = 26
const namesWidth = 130
const gap = 24
const panel = (width - namesWidth - gap) / 2
/** Room to the right of the longest bar for its figure. */
const figureRoom = 70

export const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .quiet { fill: #59636e }
  rect { fill: #8c959f }
  .ours { fill: #0969da }
  .unsafe { fill: none; stroke: #8c959f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    rect { fill: #7d8590 }
    .ours { fill: #4493f8 }
    .unsafe { stroke: #7d8590 }
  }`

const escaped = (text: string) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)

export const text = (x: number, y: number, content: string, kind = '') =>
  `<text x="${x}" y="${y}"${kind && ` class="${kind}"`}>${escaped(content)}</text>`

/** The bars of one panel; an outline stands for a contender that lost updates. */
function bars(rows: readonly Row[], x: number, of: (row: Row) => number): string[] {
  const longest = Math.max(...rows.map(of))
  return rows.map((row, index) => {
    const top = 56 + index * rowHeight
    const length = Math.max(1, (of(row) / longest) * (panel - figureRoom))
    const kind = (row.proofs?.lost ?? 0) > 0 ? 'unsafe' : /dogear/.test(row.name) ? 'ours' : ''
    const size = `x="${x}" y="${top}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"`
    const figure = Math.round(of(row)).toLocaleString('en')
    return `<rect ${size}${kind && ` class="${kind}"`}/>${text(x + length + 6, top + 13, figure)}`
  })
}

/** An SVG document of the results at `connections`; contenders that did not run are left out. */
export function toChart({ rows, node, redis, cores, cpu, date }: Results, connections: number): string {
  const ran = rows.filter((row) => row.at?.[connections])
  const figures = (row: Row) => row.at?.[connections] as Figures
  const bottom = 56 + ran.length * rowHeight
  const [left, right] = [namesWidth, namesWidth + panel + gap]
  const size = `viewBox="0 0 ${width} ${bottom + 44}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title">
<title id="title">Turns a second and processor time a turn of ${ran.length} ways to keep a session</title>
<style>${style}
</style>
${[
  text(left, 20, `Turns a second, ${connections} connections`, 'title'),
  text(left, 38, 'more is better', 'quiet'),
  text(right, 20, 'Microseconds of processor time a turn', 'title'),
  text(right, 38, 'less is better', 'quiet'),
  ...ran.map(({ name }, index) => text(0, 69 + index * rowHeight, name)),
  ...bars(ran, left, (row) => figures(row).perSecond),
  ...bars(ran, right, (row) => figures(row).cpuMicros),
  text(0, bottom + 18, 'An outline: two tabs that raced lost updates. Blue: Dogear.', 'quiet'),
  text(0, bottom + 36, `${date}, Node ${node}, Redis ${redis}, ${cores} shared cores (${cpu}), npm run bench`, 'quiet'),
].join('\n')}
</svg>
`
}
