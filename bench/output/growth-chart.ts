// The chart of growth for the docs: the cost of a turn by what grew, both as multiples of the first, both in powers.

import { style, text } from './chart.ts'
import type { GrowthResults } from './growth-table.ts'

const [left, top, width, height] = [60, 60, 460, 300]
const [mostX, mostY] = [1_000, 10]
const [leastX, leastY] = [1, 0.5]
const labelHeight = 17

/** Between 0 for `least` and 1 for `most`, in powers. */
const part = (value: number, least: number, most: number) => Math.log(value / least) / Math.log(most / least)
const x = (times: number) => left + width * part(times, leastX, mostX)
const y = (times: number) => top + height * (1 - part(Math.min(Math.max(times, leastY), mostY), leastY, mostY))

function line(points: readonly (readonly [number, number])[], kind: string): string {
  const corners = points.map(([across, down]) => `${across.toFixed(1)},${down.toFixed(1)}`)
  return `<polyline class="${kind}" points="${corners.join(' ')}"/>`
}

/** An SVG document: one line for each list, and one for a cost that grows as fast as its cause. */
export function toGrowthChart({ lists, date, node, cores, cpu }: GrowthResults): string {
  const ends = lists
    .map(({ name, rows }) => {
      // Nothing, as a count, has no multiples: it stands where one is.
      const first = Math.max(1, rows[0]?.size ?? 1)
      const points = rows.map(({ size, cpuTimes }) => [x(Math.max(1, size / first)), y(cpuTimes)] as const)
      return { name, points, end: points.at(-1) ?? ([left, y(1)] as const) }
    })
    .sort((one, other) => one.end[1] - other.end[1])
  let below = top - labelHeight
  const labels = ends.map(({ name, end }) => {
    below = Math.max(end[1], below + labelHeight)
    const from = left + width + 30
    return [line([end, [from - 24, below], [from - 4, below]], 'leader'), text(from, below + 4, name)].join('')
  })
  const bottom = top + height
  const across = [1, 10, 100, 1_000].map((times) => text(x(times) - 6, bottom + 20, `${times}×`, 'quiet'))
  const up = [0.5, 1, 2, 5, 10].map((times) => text(left - 40, y(times) + 4, `${times}×`, 'quiet'))
  const grid = [0.5, 1, 2, 5, 10].map((times) => line([[left, y(times)] as const, [left + width, y(times)]], 'grid'))
  const foot = Math.max(bottom, below) + 56
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 ${foot + 10}" role="img" aria-labelledby="title">
<title id="title">Processor time of a turn as one thing grows at a time</title>
<style>${style}
  polyline { fill: none; stroke-width: 2 }
  .line { stroke: #0969da }
  .leader { stroke: #8c959f; stroke-width: 0.75 }
  .grid { stroke: #8c959f; stroke-width: 0.5; opacity: 0.5 }
  .linear { stroke: #8c959f; stroke-dasharray: 5 4 }
  @media (prefers-color-scheme: dark) { .line { stroke: #4493f8 } }
</style>
${[
  text(left, 20, 'Processor time of a turn, by how much of one thing there is', 'title'),
  text(left, 38, 'both as multiples of the least; dashed: as fast as its cause', 'quiet'),
  ...grid,
  ...up,
  ...across,
  line([[x(1), y(1)] as const, [x(mostY), y(mostY)]], 'linear'),
  ...ends.map(({ points }) => line(points, 'line')),
  ...labels,
  text(0, foot, `${date}, Node ${node}, ${cores} shared cores (${cpu}), npm run bench -- growth`, 'quiet'),
].join('\n')}
</svg>
`
}
