// Runs every planted bug and counts how many the judges find; without a bug they must find nothing.

import type { Violation } from './history.ts'
import { type Lab, openLab } from './lab.ts'
import { plantedBugs } from './planted-bugs.ts'
import { playAndJudge } from './theatre.ts'

export type Mutants = {
  killed: string[]
  survived: string[]
  seenBy: Record<string, string[]>
  withoutBug: Violation[]
}

export async function killMutants(): Promise<Mutants> {
  const lab: Lab = await openLab()
  try {
    const bugs = Object.entries(plantedBugs)
    const [withoutBug, ...judged] = await Promise.all(
      [{}, ...bugs.map(([, plant]) => plant)].map((plant, index) => playAndJudge(lab, `play-${index}`, plant)),
    )
    const seenBy = Object.fromEntries(
      bugs.map(([name], index) => [name, [...new Set(judged[index]?.violations.map(({ rule }) => rule))].sort()]),
    )
    const names = Object.keys(seenBy)
    return {
      killed: names.filter((name) => seenBy[name]?.length),
      survived: names.filter((name) => !seenBy[name]?.length),
      seenBy,
      withoutBug: withoutBug?.violations ?? [],
    }
  } finally {
    await lab.close()
  }
}
