// Measures looks at the agenda on PostgreSQL by the number of sessions: npm run bench -- agenda [sessions …].

import { recommendedPoolOptions } from 'dogear/postgres'
import pg from 'pg'
import { statements } from '../packages/dogear/src/postgres/statements.ts'
import { postgresStore } from '../packages/dogear/src/postgres/store.ts'
import { startPostgres } from '../scripts/services.mjs'

const sizes = process.argv.slice(3).map(Number)
const rounds = Number(process.env.BENCH_ROUNDS ?? 100)
const [limit, leaseMs] = [32, 3_600_000]

const service = await startPostgres()
const pool = new pg.Pool({ connectionString: service.url, ...recommendedPoolOptions, statement_timeout: 0 })
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** One agenda: sessions of 1 kB, all with a timer within a year, of which just enough are due to be claimed. */
async function fill(sessions: number) {
  const schema = `agenda_${sessions}`
  const store = postgresStore(pool, { schema })
  await store.prepare()
  const due = Math.min(sessions, rounds * limit)
  const client = new pg.Client(service.url)
  await client.connect()
  await client.query(`
    insert into ${schema}.sessions (id, epoch, revision, mark, bytes, expires_at, due_at, claimable_at)
    select sha256(i::text::bytea), 0, 1, '\\x000000000000', convert_to(repeat(md5(i::text), 32), 'utf8'),
      now() + interval '2 years', at, at
    from generate_series(1, ${sessions}) as i, lateral (
      select now() + case when i <= ${due} then i * interval '-1 second'
        else interval '1 hour' + (i % 365) * interval '1 day' end as at
    ) as timer`)
  await client.query(`vacuum analyze ${schema}.sessions`)
  await client.end()
  return { sessions, schema, store, claimMs: [] as number[], emptyMs: [] as number[] }
}

type Agenda = Awaited<ReturnType<typeof fill>>

async function look({ store }: Agenda, expected: number): Promise<number> {
  const started = performance.now()
  const claimed = await store.claimDue(limit, leaseMs)
  const took = performance.now() - started
  if (claimed.length !== expected) throw new Error(`${claimed.length} sessions were claimed instead of ${expected}`)
  return took
}

type Plan = Record<string, unknown> & { Plans?: Plan[] }

/** The indexes by which Postgres finds what is due, and the pages it looks at for one claim. */
async function explain({ schema }: Agenda): Promise<string> {
  const client = await pool.connect()
  await client.query('begin')
  const text = `explain (analyze, buffers, format json) ${statements(schema).claimDue}`
  const { rows } = await client.query(text, [limit, leaseMs, []])
  await client.query('rollback')
  client.release()
  const { Plan: plan } = rows[0]['QUERY PLAN'][0] as { Plan: Plan }
  const all = (one: Plan): Plan[] => [one, ...(one.Plans ?? []).flatMap(all)]
  const scans = all(plan).flatMap((one) => {
    const index = one['Index Name'] ? ` of ${one['Index Name']}` : ''
    return one['Relation Name'] === 'sessions' && one['Node Type'] !== 'ModifyTable'
      ? [`${one['Node Type']}${index}, ${Number(one['Actual Rows']) * Number(one['Actual Loops'])} rows`]
      : []
  })
  return `${scans.join('; ')}; ${Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks'])} pages`
}

try {
  const agendas: Agenda[] = []
  for (const sessions of sizes.length > 0 ? sizes : [10_000, 1_000_000]) agendas.push(await fill(sessions))
  const { rows } = await pool.query('show server_version')
  console.log(`\nlooks at the agenda, PostgreSQL ${rows[0].server_version} (${rounds} rounds, medians)`)
  const plans = await Promise.all(agendas.map(explain))
  // The agendas alternate, so that a busy machine slows all alike.
  for (let round = 0; round < rounds; round++)
    for (const agenda of agendas) agenda.claimMs.push(await look(agenda, limit))
  for (let round = 0; round < rounds; round++) for (const agenda of agendas) agenda.emptyMs.push(await look(agenda, 0))
  const ratio = (agenda: Agenda, of: 'claimMs' | 'emptyMs') =>
    `${median(agenda[of].map((ms, round) => ms / (agendas[0]?.[of][round] ?? ms))).toFixed(2)}x`
  for (const [index, agenda] of agendas.entries()) {
    const name = `${agenda.sessions.toLocaleString('en')} sessions`.padEnd(20)
    const claim = `${limit} claimed in ${median(agenda.claimMs).toFixed(2)} ms (${ratio(agenda, 'claimMs')})`
    const empty = `nothing due in ${median(agenda.emptyMs).toFixed(2)} ms (${ratio(agenda, 'emptyMs')})`
    console.log(`  ${name} ${claim}   ${empty}\n  ${''.padEnd(20)} ${plans[index]}`)
  }
} finally {
  await pool.end()
  await service.stop()
}
