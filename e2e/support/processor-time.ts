// The processor time of commands, in seconds: on a busy machine it is what it is on an idle one.
import { execFileSync } from 'node:child_process'

/** The command in a shell which prints, once the command has ended, the time of it and of all that it started. */
export const timed = (command: readonly string[]): string[] => [
  'sh',
  '-c',
  '"$@"; code=$?; times; exit $code',
  'sh',
  ...command,
]

/** The seconds in what `timed` commands have printed, user and system together. */
export function processorSeconds(output: string): number {
  const times = output.match(/^\d+m[\d.]+s \d+m[\d.]+s$/gm)?.flatMap((line) => line.split(' ')) ?? []
  if (times.length === 0) throw new Error(`No command has told its times:\n${output}`)
  return times
    .map((time) => time.split('m').map(Number.parseFloat))
    .reduce((sum, [minutes = 0, seconds = 0]) => sum + minutes * 60 + seconds, 0)
}

/** The process at the end of a chain of only children: the server below npm, which runs below a shell. */
export function lastBelow(pid: number): number {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const parents = new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]))
  let last = pid
  for (;;) {
    const children = [...parents].filter(([, parent]) => parent === last)
    if (children.length > 1) throw new Error(`Process ${last} has ${children.length} children.`)
    if (!children[0]) return last
    last = children[0][0]
  }
}
