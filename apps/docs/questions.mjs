// Questions of a first month, each with the words that a person would search for and the page that answers it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import MiniSearch from 'minisearch'
import { searchOptions } from './.vitepress/search.mjs'

/** @type {readonly [question: string, words: string, page: string][]} */
export const questions = [
  ['How do I begin?', 'first flow', '/first-flow'],
  ['How do I show what is wrong beside a field?', 'form errors field', '/flow-form'],
  ['How do I send an event without a form?', 'send event from code', '/flow-form'],
  ['Why is my number a text in the event?', 'number field text', '/form-values'],
  ['How do I use React Hook Form?', 'react hook form', '/forms'],
  ['Which page does a URL show?', 'url step redirect', '/pages'],
  ['How do I show "Step 2 of 5"?', 'list of steps', '/pages'],
  ['How do I show the time that is left?', 'useExpiry time left', '/pages'],
  ['When is saved what people type?', 'drafts saved', '/drafts'],
  ['How do I begin with a product from the query?', 'prefill query input', '/prefill'],
  ['How do people go on with their phone?', 'qr code phone other device', '/other-devices'],
  ['How do I tie a session to an account?', 'sign in attach account', '/other-devices'],
  ['How do I call a payment provider once?', 'idempotency key', '/effects'],
  ['What happens when an effect fails?', 'effect attempts backoff retry', '/effects'],
  ['How do I keep a conversation with a model?', 'conversation assistant history', '/conversations'],
  ['How do I run a LangGraph agent?', 'langgraph graph agent', '/conversations'],
  ['How do I end a step after ten minutes?', 'timer after delay', '/timers'],
  ['How long does a session live?', 'lifetime idle absolute', '/timers'],
  ['What does a finished flow show on the next visit?', 'lifetime finished', '/timers'],
  ['When does a visit begin anew after a finished flow?', 'finished flow next visit', '/timers'],
  ['How can people order again after the end?', 'begin a new session after the end', '/timers'],
  ['How do I start over?', 'start over button', '/other-devices'],
  ['How do I have two orders open in one browser?', 'several sessions of one flow', '/several'],
  ['How do I send an event from a cron job or by hand?', 'dogear send event support', '/operators'],
  ['How do I let a provider return into another browser?', 'provider return other browser', '/other-devices'],
  ['How do I go back to a step and change an answer?', 'go back change answer', '/pages'],
  ['How do I delete all data of a person?', 'erase person data', '/privacy'],
  ['How do I keep sessions in DynamoDB?', 'dynamodb table', '/dynamodb'],
  ['How do I find the bug of a story that failed?', 'story failed retell', '/testing'],
  ['What does a session cost in memory?', 'memory per session bytes', '/performance'],
  ['What do the guarantees promise?', 'durability archived replicated', '/durability'],
  ['How do I test a timer without waiting?', 'test timer advance clock', '/testing'],
  ['How do I know the routes and their answers?', 'routes table status', '/routes'],
  ['How does it work without JavaScript?', 'without javascript form', '/forms'],
  ['How do I take a webhook?', 'webhook dispatch', '/webhooks'],
  ['How do I show it in another language?', 'languages messages', '/i18n'],
  ['How do I add a page while people are half-way?', 'migration version', '/changing-a-flow'],
  ['How do I know that a deploy strands nobody?', 'dogear check lock', '/changing-a-flow'],
  ['How do I test a flow?', 'testing visitor', '/testing'],
  ['How do I use it in Express?', 'express', '/express'],
  ['How do I use it in Hono?', 'hono', '/hono'],
  ['How do I run without a process that stays up?', 'serverless cron', '/serverless'],
  ['How do I run on Postgres alone?', 'postgres pool', '/postgres'],
  ['Which settings does Redis need?', 'redis noeviction appendonly', '/operations'],
  ['What is lost when Redis dies?', 'lost when what dies', '/operations'],
  ['How do I make and change keys?', 'DOGEAR_KEYS rotation', '/sealing'],
  ['What do I have to do for security?', 'security checklist', '/security-checklist'],
  ['Why does it say no_cookies on my phone?', 'no_cookies', '/errors/no_cookies'],
  ['Why is a request of my page refused behind a proxy?', 'origin_refused proxy', '/errors/origin_refused'],
  ['What is logged, and what not?', 'log personal data', '/privacy'],
  ['How do I see where one session is?', 'dogear show session', '/operators'],
  ['What do I do with an upload?', 'upload files reference', '/sessions'],
  ['How do I upgrade, and go back?', 'upgrade release rollback', '/upgrading'],
]

const looked = 3

/**
 * The questions whose page is not among the first three results of the search of the site in `folder`, each with what
 * was found instead.
 */
export async function unanswered(/** @type {string} */ folder) {
  const chunks = join(folder, 'assets/chunks')
  const file = readdirSync(chunks).find((name) => name.startsWith('@localSearchIndex')) ?? ''
  const { default: index } = await import(pathToFileURL(join(chunks, file)).href)
  const search = MiniSearch.loadJSON(index, { fields: ['title', 'titles', 'text'], searchOptions })
  return questions.flatMap(([question, words, page]) => {
    const found = search.search(words).slice(0, looked)
    const pages = found.map(({ id }) => String(id).replace(/#.*/, ''))
    return pages.includes(page) ? [] : [`${question} "${words}" finds ${found.map(({ id }) => id).join(', ')}`]
  })
}
