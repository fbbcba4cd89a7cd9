// The memory of a form, without a browser: its promises about conflicts, submissions and saves that fail.

import { describe, expect, it } from 'vitest'
import { conflictOf, toSave } from './form-memory.ts'
import { createWorld, type World } from './form-world.fixture.ts'

const names = ['name', 'email']
const open = (answers: Readonly<Record<string, string>> | null = null) => createWorld(names, answers)
const conflict = (world: World) => conflictOf(world.memory())
const answerAll = (world: World, lost?: 'request' | 'reply') => {
  world.reach({ lost, renderFirst: true })
  world.answer()
}
const typeElsewhere = (world: World, name: string, value: string, ageMs = 0) => {
  world.elsewhere.type(name, value, ageMs)
  world.refresh()
}

it('a field that is typed back while another value of it is on its way to be submitted is not saved', () => {
  const world = open()
  world.type('name', 'Ada')
  world.submit()
  world.type('name', '')
  expect(toSave(world.memory(), true)?.values).toEqual({ name: '' })
})

describe('a field that was typed into', () => {
  it('is no conflict once it holds the same, however that came about', () => {
    const world = open()
    world.type('name', 'Ada')
    typeElsewhere(world, 'name', 'Grace')
    expect(conflict(world)).toEqual({ fields: [{ name: 'name', mine: 'Ada', theirs: 'Grace' }], submitted: false })
    world.type('name', 'Grace')
    expect(conflict(world)).toBeNull()
    world.type('name', 'Grace H.')
    world.settle()
    typeElsewhere(world, 'name', 'Hedy')
    expect(conflict(world)?.fields).toEqual([{ name: 'name', mine: 'Grace H.', theirs: 'Hedy' }])
    typeElsewhere(world, 'name', 'Grace H.')
    expect(conflict(world)).toBeNull()
  })

  it('does not take for somebody else what it has saved itself', () => {
    const world = open()
    world.type('name', 'A')
    world.save()
    world.reach({ renderFirst: true })
    world.type('name', 'Ada')
    world.refresh()
    expect(conflict(world)).toBeNull()
    world.answer()
    world.settle()
    expect([world.shown('name'), world.server.value('name'), conflict(world)]).toEqual(['Ada', 'Ada', null])
  })

  it('is a conflict when another device types what was saved here before', () => {
    const world = open()
    for (const name of ['A', 'Ada']) {
      world.type('name', name)
      world.settle()
    }
    typeElsewhere(world, 'name', 'A')
    expect(conflict(world)?.fields).toEqual([{ name: 'name', mine: 'Ada', theirs: 'A' }])
  })

  it('shows what was typed later elsewhere once it is left, also if that came before the answer to its save', () => {
    const world = open()
    world.type('name', 'Ada')
    world.save()
    world.leaveField()
    world.reach({ renderFirst: false })
    typeElsewhere(world, 'name', 'Grace')
    expect([world.shown('name'), conflict(world)]).toEqual(['Ada', null])
    world.settle()
    expect([world.shown('name'), conflict(world)]).toEqual(['Grace', null])
  })

  it('is asked about when the server keeps what was typed later elsewhere', () => {
    const world = open()
    world.type('name', 'Ada')
    world.elsewhere.type('name', 'Grace', 0)
    world.settle()
    expect([world.server.value('name'), conflict(world)?.fields]).toEqual([
      'Grace',
      [{ name: 'name', mine: 'Ada', theirs: 'Grace' }],
    ])
  })
})

describe('a save', () => {
  it('without an answer leaves its values unsaved, also where something older came meanwhile', () => {
    const world = open()
    world.type('name', 'Ada')
    world.save()
    expect(toSave(world.memory(), false)).toBeNull()
    answerAll(world, 'request')
    expect(toSave(world.memory(), false)?.values).toEqual({ name: 'Ada' })
    world.settle()
    expect(world.server.value('name')).toBe('Ada')
  })

  it('says when each of its values was typed', () => {
    const world = open()
    world.type('name', 'Ada')
    const { name } = toSave(world.memory(), false)?.typedAt ?? {}
    world.type('email', 'ada@')
    expect(toSave(world.memory(), false)).toEqual({
      values: { name: 'Ada', email: 'ada@' },
      typedAt: { name, email: (name ?? 0) + 1000 },
    })
  })
})

describe('a submission', () => {
  it('keeps what was typed while it was under way as typed then', () => {
    const world = open()
    world.type('name', 'Ada')
    world.submit(true)
    world.type('name', 'Grace')
    world.settle()
    expect([world.shown('name'), world.server.value('name'), conflict(world)]).toEqual(['Grace', 'Grace', null])
  })

  it('shows what another device typed after it and before its answer', () => {
    const world = open()
    world.type('name', 'Ada')
    world.submit()
    world.elsewhere.type('email', 'ada@', 0)
    answerAll(world)
    world.settle()
    expect(world.shown('email')).toBe(world.server.value('email'))
  })
})

describe('a step submitted elsewhere', () => {
  it('before any of it was saved here is told all the same', () => {
    const world = open()
    world.type('name', 'Ada')
    world.elsewhere.submit({ name: 'Grace' })
    world.refresh()
    expect(conflict(world)).toMatchObject({ fields: [{ name: 'name', mine: 'Ada' }], submitted: true })
  })
})
