// The application without a step: the first question for a new person, the task list for a returning one.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Residency } from '../../components/application/residency.tsx'
import { TaskList } from '../../components/application/task-list.tsx'
import { SessionPage } from '../../components/devices/session-page.tsx'
import { BackLink, ButtonLink, Link } from '../../components/link.tsx'
import { LocalTime } from '../../components/local-time.tsx'
import { Notice } from '../../components/notice.tsx'
import { SessionGone } from '../../components/session-gone.tsx'
import { StartOverLink } from '../../components/start-over.tsx'
import { UnavailablePage } from '../../components/unavailable-page.tsx'
import { applicationPages } from '../../flows/application/pages.ts'
import { taskList } from '../../flows/application/tasks.ts'
import { goneTitle } from '../../lib/gone.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { application } from '../../lib/server.ts'
import { currentStep, currentUrl, isQuestion } from '../../lib/view.ts'
import { wordsHere } from '../../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const view = await readView(application)
  if (!view) return {}
  const { t } = await wordsHere()
  const title = view.gone ? goneTitle(t, view.gone, applicationPages) : t('Your application')
  return { title: `${title} – ${t(applicationPages.title)}` }
}

type ApplicationPage = { searchParams: SearchParams }

export default async function Application({ searchParams }: ApplicationPage) {
  const { t, rich } = await wordsHere()
  const problem = (await readQuery(searchParams))('problem')
  const view = await readView(application)
  if (!view) return <UnavailablePage />
  if (view.gone) return <SessionGone pages={applicationPages} gone={view.gone} />
  const current = currentStep(view)
  const listed = current && (isQuestion(applicationPages, current.path) || current.path === 'unsent')
  if (!view.saved || !listed) {
    const url = currentUrl(applicationPages, view)
    redirect(problem === undefined ? url : `${url}?${new URLSearchParams({ problem })}`)
  }

  const tasks = taskList(view)
  const done = tasks.filter(({ status }) => status === 'Completed').length
  return (
    <SessionPage pages={applicationPages} view={view}>
      <div className="columns">
        <div className="stack">
          <BackLink href="/">{t('Home')}</BackLink>
          <Notice code={problem} pages={applicationPages} />
          <h1 tabIndex={-1}>{t('Your application')}</h1>
          <p className="lede">
            {t('You have completed {done} of {all} sections.', { done, all: tasks.length })}{' '}
            {rich('You stopped at {step}.', { step: <em>{current.title}</em> })}
          </p>
          <TaskList tasks={tasks} />
          <div className="actions">
            <ButtonLink href={currentUrl(applicationPages, view)}>{t('Continue')}</ButtonLink>
          </div>
          <section className="kept fill" aria-label={t('Your answers')}>
            <Link href={`${applicationPages.base}/continue-elsewhere`}>{t(applicationPages.handoffLabel)}</Link>
            {view.expiresAt !== null && (
              <p className="hint">
                {rich('Your answers are kept until {when}.', { when: <LocalTime at={view.expiresAt} as="date" /> })}
              </p>
            )}
            <StartOverLink pages={applicationPages} />
          </section>
        </div>
        <Residency />
      </div>
    </SessionPage>
  )
}
