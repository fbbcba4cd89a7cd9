// Documents end with their session, whichever way it ends, and no other session's do.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tagOf } from 'dogear'
import { createHttp } from 'dogear/http'
import { describe, expect, it } from 'vitest'
import { goodAnswers, serveApplication } from '../../flows/application/flow.fixture.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { eraserOf, withErasure } from './erasing.ts'
import { createUploads } from './uploads.ts'

const site = 'https://shop.example'
const key = randomBytes(32).toString('base64url')
type Sent = { method: string; form?: boolean; body?: object }

/** A browser, signed in as `ada`, and the tags of the sessions whose documents were erased. */
function browser() {
  const erased: string[] = []
  const uploads = { erase: async (tag: string) => void erased.push(tag) }
  const made = createHttp({ engine: serveApplication(), keys: [key], publicUrl: site, identify: () => 'ada' })
  const http = withErasure(made, [{ pages: applicationPages, uploads }], (error) => {
    throw error
  })
  const jar = new Map<string, string>()
  const fetch = async (path: string, { method, form, body }: Sent) => {
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { 'sec-fetch-site': 'same-origin', cookie, ...((form || body) && { 'content-type': type }) }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }), ...(form && { body: '' }) }
    const response = await http.handle(new Request(`${site}/api/flows${path}`, init))
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '' || value === 'x') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  let count = 0
  return {
    erased,
    fetch,
    /** Begins the session at a name; resolves to its id. */
    async begin(name: string) {
      await fetch(`/${name}/events`, { method: 'POST', body: { opId: `erasing-${++count}`, event: goodAnswers.name } })
      const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
      return http.readCredential(name, cookie)?.id ?? ''
    },
  }
}

describe.each(['application', 'application@one', 'application@A_very.long~key-2'])('the documents of %s', (name) => {
  const ways: [string, (id: string) => [string, Sent]][] = [
    ['is deleted', () => [`/${name}`, { method: 'DELETE' }]],
    [
      'is deleted at another spelling',
      () => [`/${name.replace('@', '%40').replace('a', '%61')}/`, { method: 'DELETE' }],
    ],
    ['is started over', () => [`/${name}/restart`, { method: 'POST' }]],
    ['is started over without scripts', () => [`/${name}/restart`, { method: 'POST', form: true }]],
    ['is deleted from the list of its owner', (id) => [`/${name}/sessions/${id}`, { method: 'DELETE' }]],
  ]
  it.each(ways)('go when it %s, and those of no other', async (_, way) => {
    const { begin, fetch, erased } = browser()
    for (const other of ['application', 'application@one', 'application@two']) if (other !== name) await begin(other)
    const id = await begin(name)
    expect((await fetch(...way(id))).status).toBeLessThan(400)
    expect(erased).toEqual([tagOf(id)])
  })

  it('stay where the session does: it was only read, and nothing is ended by a wrong method or address', async () => {
    const { begin, fetch, erased } = browser()
    const id = await begin(name)
    await fetch(`/${name}`, { method: 'GET' })
    await fetch(`/${name}/restart`, { method: 'DELETE' })
    await fetch(`/${name}x`, { method: 'DELETE' })
    await fetch(`/${name}/sessions/${id}x`, { method: 'DELETE' })
    await fetch(`/${name}/devices/others`, { method: 'DELETE' })
    expect(erased).toEqual([])
  })
})

it('[M66] the documents of a session that is erased go from every folder, and those of no other', async () => {
  const root = mkdtempSync(join(tmpdir(), 'erased-'))
  const folders = ['uploads', 'conversations'].map((name) => join(root, name))
  const kept = folders.map((folder) => createUploads({ folder, maxBytes: 1000, maxAgeMs: 1e9 }))
  const [ada, eve] = [randomBytes(32), randomBytes(32)].map((id) => id.toString('base64url')) as [string, string]
  for (const uploads of kept)
    for (const id of [ada, eve])
      await uploads.receive(Readable.from([Buffer.from('text')]), { name: 'a', session: tagOf(id) })
  const left = () => folders.flatMap((folder) => readdirSync(folder))
  expect(left()).toHaveLength(8)
  await eraserOf(kept)({ session: ada, tag: tagOf(ada) })
  expect(left()).toHaveLength(4)
  expect(left().filter((name) => !name.startsWith(tagOf(eve)))).toEqual([])
  rmSync(root, { recursive: true })
})
