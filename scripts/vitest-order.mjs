// The order of the test files: beside a file that waits for other processes runs one that keeps a core busy.
import { BaseSequencer } from 'vitest/node'

/** Files that keep every core busy by themselves: side by side they would wait for one another. */
const heaviest = /\/faults\//

/** @typedef {import('vitest/node').TestSpecification} File */

export class Mixed extends BaseSequencer {
  /**
   * Files that share a process come last, those of a project one behind the other: in between, their process would end,
   * and with it the modules that it has loaded.
   *
   * @override @param {File[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files)
    const live = sorted.filter(({ project }) => project.name === 'live')
    const heavy = live.filter(({ moduleId }) => heaviest.test(moduleId))
    const others = sorted.filter(({ project }) => project.name !== 'live')
    const sharing = others
      .filter(({ project }) => !project.config.isolate)
      .sort((one, other) => one.project.name.localeCompare(other.project.name))
    const alone = others.filter((file) => !sharing.includes(file))
    const waiting = live.filter((file) => !heavy.includes(file))
    return [...mixed(heavy, mixed(waiting, alone)), ...sharing]
  }
}

/**
 * Both lists in their order, the shorter one spread evenly over the longer one.
 *
 * @template T
 * @param {readonly T[]} some
 * @param {readonly T[]} others
 * @returns {T[]}
 */
export function mixed(some, others) {
  const at = (/** @type {readonly T[]} */ list) => (/** @type {T} */ item, /** @type {number} */ index) => ({
    item,
    place: (index + 0.5) / list.length,
  })
  return [...some.map(at(some)), ...others.map(at(others))]
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}
