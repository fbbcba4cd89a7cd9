// The places where a canary must not be: each can be read whole, and has a way to plant one in it.
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { Redis } from 'ioredis'
import pg from 'pg'
import { bytesIn, bytesOfRedis } from './traces.ts'

export type Place = {
  name: string
  read(): Promise<Uint8Array>
  /** Puts a value there, as a leak would. */
  plant(value: string): Promise<unknown>
}

/** Every value of a Redis, its dumps, its log of slow commands, the files it writes. */
export function redisPlaces(url: string, folder: string): Place[] {
  const withClient = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(url)
    try {
      return await work(client)
    } finally {
      client.disconnect()
    }
  }
  return [
    {
      name: 'the values of Redis',
      read: () => bytesOfRedis(url),
      plant: (value) => withClient((client) => client.set('planted', Buffer.from(value).toString('base64'))),
    },
    {
      name: 'the slow log of Redis',
      read: async () => Buffer.from(JSON.stringify(await withClient((client) => client.slowlog('GET', '100000')))),
      plant: (value) => withClient((client) => client.echo(value)),
    },
    {
      name: 'the files of Redis',
      read: () => bytesIn(folder),
      plant: (value) => withClient((client) => client.set('planted', value)),
    },
  ]
}

/**
 * Every column of every table of a Postgres, those of the schema `own` as a place of its own, and the statements that
 * it sees.
 */
export function postgresPlaces(url: string, own: string): { own: Place; others: Place[] } {
  const withClient = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  const tables = `select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') and (schemaname = $1) = $2`
  const tablesPlace = (name: string, planted: string, isOwn: boolean): Place => ({
    name,
    read: () =>
      withClient(async (client) => {
        const rows: string[] = []
        for (const { name } of (await client.query<{ name: string }>(tables, [own, isOwn])).rows)
          for (const row of (await client.query<{ row: string }>(`select t::text as row from ${name} t`)).rows)
            rows.push(row.row)
        return Buffer.from(rows.join('\n'))
      }),
    plant: (value) =>
      withClient(async (client) => {
        await client.query(`create table ${planted} (bytes bytea)`)
        await client.query(`insert into ${planted} values ($1)`, [Buffer.from(value)])
      }),
  })
  const others = [
    tablesPlace('the tables of Postgres', 'planted', false),
    {
      name: 'the statements that Postgres sees',
      read: () =>
        withClient(async (client) =>
          Buffer.from(JSON.stringify((await client.query('select query from pg_stat_activity')).rows)),
        ),
      // A connection that stays shows its last statement.
      plant: async (value: string) => {
        const client = new pg.Client(url)
        client.on('error', () => {})
        await client.connect()
        await client.query(`select '${value}'`)
      },
    },
  ]
  return { own: tablesPlace(`the tables of ${own}`, `${own}.planted`, true), others }
}

/** A file that may not be there yet. */
export const filePlace = (name: string, path: string): Place => ({
  name,
  read: () => readFile(path).catch(() => Buffer.alloc(0)),
  plant: (value) => appendFile(path, value),
})

/** Every file below a folder, but for those of its entries that are named. */
export const filesPlace = (name: string, folder: string, but: readonly string[]): Place => ({
  name,
  async read() {
    const others = (await readdir(folder)).filter((entry) => !but.includes(entry))
    return Buffer.concat(await Promise.all(others.map((entry) => bytesIn(join(folder, entry)))))
  },
  plant: (value) => writeFile(join(folder, 'planted'), value),
})

/** A list of texts that was written down on the way. */
export const writtenPlace = (name: string, texts: string[]): Place => ({
  name,
  read: async () => Buffer.from(texts.join('\n')),
  plant: async (value) => texts.push(value),
})

const stores = {
  localStorage: (value: string) => localStorage.setItem('planted', value),
  sessionStorage: (value: string) => sessionStorage.setItem('planted', value),
  caches: async (value: string) => (await caches.open('planted')).put('/planted', new Response(value)),
  indexedDB: (value: string) =>
    new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open('planted', 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore('all').add(value, 'planted')
      opening.onsuccess = () => {
        opening.result.close()
        resolve()
      }
      opening.onerror = () => reject(opening.error)
    }),
}

/** Everything that the pages of a browser have stored. */
export const storagePlaces = (page: Page): Place[] =>
  Object.entries(stores).map(([store, put]) => ({
    name: `the ${store} of the browser`,
    read: async () => Buffer.from(JSON.stringify((await page.evaluate(everything))[store as keyof typeof stores])),
    plant: (value) => page.evaluate(put, value),
  }))

async function everything(): Promise<Record<keyof typeof stores, unknown>> {
  const cached: string[] = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys())
      cached.push(request.url, (await (await cache.match(request))?.text()) ?? '')
  }
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const rows: unknown[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name))
    for (const table of database.objectStoreNames)
      rows.push(await settled(database.transaction(table).objectStore(table).getAll()))
    database.close()
  }
  return { localStorage: { ...localStorage }, sessionStorage: { ...sessionStorage }, caches: cached, indexedDB: rows }
}

/** The cookies of a browser that a script of a page can read. */
export const scriptCookies = (context: BrowserContext, page: Page): Place => ({
  name: 'the cookies that scripts can read',
  read: async () => Buffer.from(await page.evaluate(() => document.cookie)),
  plant: (value) => context.addCookies([{ name: 'planted', value, url: page.url() }]),
})

/** The heap of a process that was started to write one to `folder` on SIGUSR2. */
export function heapPlace(name: string, relay: { pid: number; folder: string; plant: Place['plant'] }): Place {
  const snapshots = async () => (await readdir(relay.folder)).filter((file) => file.endsWith('.heapsnapshot')).sort()
  return {
    name,
    plant: relay.plant,
    async read() {
      const before = (await snapshots()).length
      process.kill(relay.pid, 'SIGUSR2')
      let file: string | undefined
      while (file === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 200))
        const all = await snapshots()
        file = all.length > before ? all.at(-1) : undefined
      }
      // It is written in one piece before the process goes on, and ends with the strings.
      for (;;) {
        const bytes = await readFile(join(relay.folder, file))
        if (bytes.subarray(-4).toString().trimEnd().endsWith(']}')) return bytes
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    },
  }
}
