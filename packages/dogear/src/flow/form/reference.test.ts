// A mark in a schema: this points to something kept elsewhere. It bounds the value, and survives what wraps it.

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { reference } from './reference.ts'
import { type Shape, shapeOf } from './shape.ts'

const isMarked = (schema: z.ZodType): boolean[] =>
  (['input', 'output'] as const).map((side) => {
    const [object] = shapeOf(z.object({ a: schema }), side).alternatives
    const shape: Shape | undefined = object?.kind === 'object' ? object.members.get('a')?.shape : undefined
    return shape?.alternatives.some(({ points }) => points) ?? false
  })

describe('reference', () => {
  it.each([
    ['text', reference(z.string())],
    ['an id', reference(z.uuid())],
    ['an object', reference(z.object({ bucket: z.string(), key: z.string() }))],
    ['an optional one', reference(z.string()).optional()],
    ['one that may be null', reference(z.string()).nullable()],
    ['one marked after that', reference(z.string().nullable())],
    ['one with a default', reference(z.string()).default('none')],
  ])('marks %s, on the way in and out', (_, schema) => {
    expect(isMarked(schema)).toEqual([true, true])
  })

  it('keeps what else the schema says, before and after', () => {
    const schema = reference(z.string().meta({ pii: true }))
      .max(40)
      .meta({ title: 'Passport' })
    const json = schema['~standard'].jsonSchema.output({ target: 'draft-2020-12' })
    expect(json).toMatchObject({ pii: true, reference: true, maxLength: 40, title: 'Passport' })
  })

  it('leaves every other schema without a mark', () => {
    expect([z.string(), z.string().meta({ title: 'A name' })].flatMap(isMarked)).toEqual([false, false, false, false])
  })

  it.each([
    ['a key', 'uploads/7f3a', true],
    ['a signed URL', `https://files.example/${'a'.repeat(2_000)}`, true],
    ['the thing itself as text', `data:image/png;base64,${'A'.repeat(3_000)}`, false],
  ])('takes or refuses %s', (_, value, isTaken) => {
    const result = z.object({ photo: reference(z.string()) }).safeParse({ photo: value })
    expect(result.success).toBe(isTaken)
    if (!isTaken)
      expect(result.error?.issues[0]).toMatchObject({ path: ['photo'], message: expect.stringContaining('elsewhere') })
  })

  it.each([[undefined], [{}], [{ refine: () => {} }]])('refuses what takes no marks: %j', (schema) => {
    expect(() => reference(schema as never)).toThrow(TypeError)
  })
})
