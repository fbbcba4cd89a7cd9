// Sessions that live on while the codec of their engine, or the schema of their flow, is another one.

import { randomBytes, randomUUID } from 'node:crypto'
import type { DescMessage } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { SignupOneSchema, SignupThreeSchema, SignupTwoSchema } from '../../fixtures/checkout.gen.ts'
import type { Caller, Credential } from '../engine/contract.ts'
import { type Codec, createEngine, defineFlow, jsonCodec, memoryStore, msgpackCodec } from '../index.ts'
import { protobufCodec } from './index.ts'

type Context = { name?: string; fullName?: string; coupon?: string; email?: string; plans?: number[] }
type Named = { type: 'named'; change: Context }
const flowOf = (context: Context, version = 1) =>
  defineFlow({
    id: 'signup',
    version,
    machine: setup({ types: { context: {} as Context, events: {} as Named } }).createMachine({
      id: 'signup',
      initial: 'name',
      context,
      states: { name: { id: 'name', on: { named: { actions: assign(({ event }) => event.change) } } } },
    }),
    events: { named: z.object({ change: z.custom<Context>() }) },
    ...(version === 2 && { migrations: { 1: ({ value }: { value: unknown }) => ({ value }) } }),
  })
const flow = flowOf({ name: '' })
const codecFor = (schema: DescMessage) => protobufCodec({ contexts: { signup: schema } })
const [one, two, three] = [codecFor(SignupOneSchema), codecFor(SignupTwoSchema), codecFor(SignupThreeSchema)]
const newer = { code: 'newer_version' }

/** One session in a store. `send` is a process of its own each time, and gives the context that it leaves. */
async function begun(codec: Codec, context: Context, keys?: string) {
  const store = memoryStore()
  const hash = () => randomBytes(32).toString('base64url')
  const credential: Credential = { id: hash(), secretHash: hash() }
  const caller: Caller = { credential: undefined, mint: () => credential }
  const bytes = async () => Buffer.from(((await store.read(credential.id)) as { bytes: Uint8Array }).bytes)
  const send = async (codec: Codec, change: Context, by = flow) => {
    const engine = createEngine({ store, flows: [by], codec, keys })
    const event: Named = { type: 'named', change }
    const reply = await engine.send('signup', caller, { opId: randomUUID(), event })
    expect(reply.outcome).toBe('applied')
    return reply.view.context
  }
  await send(codec, context)
  caller.credential = credential
  return { send, bytes }
}

const plainFormats = [1, 2, 3, 3, 2, 3, 2, 1]
it.each([
  ['to and fro', undefined, plainFormats],
  ['sealed as well', `k1:${randomBytes(32).toString('base64url')}`, plainFormats.map(() => 4)],
])('go on with any other codec that reads messages, %s', async (_, keys, expected) => {
  const { send, bytes } = await begun(msgpackCodec(), { name: 'Ada', coupon: 'x' }, keys)
  const formats: unknown[] = []
  const leaving: Codec = { encode: jsonCodec().encode, decode: one.decode }
  for (const [index, codec] of [msgpackCodec(), leaving, one, one, leaving, one, leaving, msgpackCodec()].entries()) {
    const name = `Ada ${index}`
    expect(await send(codec, { name })).toEqual({ name, coupon: 'x' })
    formats.push((await bytes())[0])
  }
  expect(formats).toEqual(expected)
})

it('are left alone by a process that was not given the schema, and go on with one that was', async () => {
  const { send, bytes } = await begun(one, { name: 'Ada' })
  const before = await bytes()
  for (const codec of [msgpackCodec(), jsonCodec()])
    await expect(send(codec, { name: 'Eve' })).rejects.toMatchObject(newer)
  expect(await bytes()).toEqual(before)
  expect(await send(one, { coupon: 'x' })).toEqual({ name: 'Ada', coupon: 'x' })
})

it('are left alone by a process with an older schema that would lose a field', async () => {
  const { send, bytes } = await begun(two, { name: 'Ada', email: 'a@b.example', plans: [] })
  const before = await bytes()
  await expect(send(one, { name: 'Eve' })).rejects.toMatchObject(newer)
  expect(await bytes()).toEqual(before)
})

it('are not written with a value that the schema does not know', async () => {
  const { send, bytes } = await begun(one, { name: 'Ada' })
  const before = await bytes()
  await expect(send(one, { email: 'a@b.example' })).rejects.toMatchObject({
    ...{ code: 'not_serializable', message: expect.stringContaining('snapshot.context.email') },
  })
  expect(await bytes()).toEqual(before)
})

it('migrate to a version of the flow whose schema renames a field and drops one', async () => {
  const { send } = await begun(one, { name: 'Ada', coupon: 'x' })
  const later = flowOf({ fullName: '', plans: [] }, 2)
  expect(await send(three, { email: 'a@b.example' }, later)).toEqual({
    fullName: 'Ada',
    email: 'a@b.example',
    plans: [],
  })
})
