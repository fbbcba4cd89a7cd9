// The tree of a machine: its nodes, in order, and the active ones among them.

import { describe, expect, test } from 'vitest'
import { regions, walk } from './machines.fixture.ts'
import { activeNodes, isWithin, lastActive, nodesWithin } from './nodes.ts'

describe('the nodes of a machine', () => {
  test('come in document order, parents before children', () => {
    expect(nodesWithin(regions.root).map(({ key }) => key)).toEqual([
      'regions',
      'both',
      'left',
      'off',
      'on',
      'right',
      'off',
      'on',
      'end',
      'end',
    ])
    const live = walk(regions, 'RIGHT')
    expect(activeNodes(live).map(({ id }) => id)).toEqual([
      'regions',
      'regions.both',
      'regions.both.left',
      'regions.both.left.off',
      'regions.both.right',
      'regions.both.right.on',
    ])
  })
  test('are found by their ids', () => {
    for (const node of nodesWithin(regions.root)) expect(regions.nodesById.get(node.id)).toBe(node)
    expect(regions.nodesById.get('gone')).toBeUndefined()
  })

  test('are within the states around them', () => {
    for (const outer of nodesWithin(regions.root))
      for (const node of nodesWithin(regions.root))
        expect(isWithin(outer, node)).toBe(nodesWithin(outer).includes(node))
  })
})

describe('the last active node', () => {
  const live = walk(regions, 'RIGHT')

  test('that has an answer gives it, in document order', () => {
    expect(lastActive(live, ({ id }) => id)).toBe('regions.both.right.on')
    expect(lastActive(live, ({ key }) => (key === 'left' || key === 'both' ? key : undefined))).toBe('left')
  })

  test('does not depend on the order in which XState lists them', () => {
    const reversed = { ...live, _nodes: [...live._nodes].reverse() } as typeof live
    expect(lastActive(reversed, ({ id }) => id)).toBe('regions.both.right.on')
  })

  test('gives nothing if none has an answer', () => {
    expect(lastActive(live, () => undefined)).toBeUndefined()
  })
})
