'use client'
// The frame of a step's page: the link back, the problems, the heading, the side column, and how long answers are kept.

import type { View } from 'dogear'
import { type ReactNode, useState } from 'react'
import { type Labels, labelsIn, namedMessages } from '../lib/labels.ts'
import { movedOn } from '../lib/problems.ts'
import { progressAt } from '../lib/view.ts'
import { ErrorSummary } from './error-summary.tsx'
import { BackLink, Link } from './link.tsx'
import { Notice } from './notice.tsx'
import { SavedIndicator } from './saved-indicator.tsx'
import { SessionExpiry } from './session-expiry.tsx'
import { SessionGone } from './session-gone.tsx'
import type { DemoStep } from './use-demo-step.ts'
import { useFreshPage } from './use-fresh-page.ts'
import { useWords } from './words.tsx'

type StepPageProps<V extends View> = {
  step: DemoStep<V>
  title: string
  back?: { href: string; label: string } | undefined
  /** Beside the page where there is room. */
  side?: ReactNode
  /** Above the heading. */
  top?: ReactNode
  /** Below the heading, such as how long there is. */
  under?: ReactNode
  /** Above the heading in small print; default "Step 2 of 3" where the count is certain. */
  progress?: string | undefined
  /** The labels of the fields, by name. */
  labels?: Labels | undefined
  children: ReactNode
}

export function StepPage<V extends View>(props: StepPageProps<V>) {
  const { step, title, back, side, top, under, labels = {}, children } = props
  const { pages, path, view, problem, current, errors } = step
  const words = useWords()
  const { t } = words
  const named = labelsIn(labels, words)
  const [goneAtFirst] = useState(view.gone)
  useFreshPage(step.refusal)
  if (view.gone) return <SessionGone pages={pages} gone={view.gone} live={goneAtFirst === null} />

  const count = progressAt(pages, view, path ?? '')
  const progress = props.progress ?? (count && t('Step {number} of {of}', count))
  const byItself = problem === 'overtaken'
  const notice = (
    <Notice code={problem ?? undefined} alert={step.alert} pages={pages} byItself={byItself}>
      {current && current.path !== path && movedOn(problem ?? undefined) && (
        <p>
          <Link href={step.urlOf(current.path)}>{t('Go on from {step}', { step: current.title })}</Link>
        </p>
      )}
    </Notice>
  )
  return (
    <div className="columns">
      <div className="stack">
        {back && <BackLink href={back.href}>{back.label}</BackLink>}
        {top}
        {!byItself && notice}
        <ErrorSummary errors={namedMessages(named, errors, words)} alert={step.alert} />
        <div className="heading">
          {progress && <p className="progress">{progress}</p>}
          <h1 {...step.heading}>{title}</h1>
          {under}
        </div>
        {children}
        {/* A notice nobody caused goes below: nothing may move while a person is typing. */}
        {byItself && notice}
        {view.status === 'active' && <Kept step={step} />}
        {view.status === 'active' && <SavedIndicator step={step} labels={named} />}
      </div>
      {side}
    </div>
  )
}

/** The answers of a person who leaves now: how long they are kept, and the link to another device. */
function Kept<V extends View>({ step }: { step: DemoStep<V> }) {
  const { t } = useWords()
  const { pages } = step
  return (
    <section className="kept fill" aria-label={t('Your answers')}>
      <Link href={`${pages.base}/continue-elsewhere`}>{t(pages.handoffLabel)}</Link>
      <SessionExpiry step={step} />
    </section>
  )
}
