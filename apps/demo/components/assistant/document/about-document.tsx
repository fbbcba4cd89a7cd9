'use client'
// The document that the conversation is about, with everything that concerns the conversation as a whole.

import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { stepUrl } from '../../../lib/view.ts'
import { Link } from '../../link.tsx'
import { useWords } from '../../words.tsx'

type Context = Pick<AssistantView, 'context'>

export function DocumentBeside(view: Context) {
  const { t } = useWords()
  return (
    <aside className="only-wide sheet dogear about-document" aria-labelledby="document-title">
      <h2 id="document-title">{t('Your document')}</h2>
      <About {...view} />
    </aside>
  )
}

export function DocumentOnTop(view: Context) {
  const { t } = useWords()
  return (
    <details className="only-narrow order-glance sheet about-document">
      <summary>
        <span className="visually-hidden">{t('Your document')} </span>
        <bdi>{view.context.extract?.title || view.context.document?.name}</bdi>
      </summary>
      <About {...view} />
    </details>
  )
}

function About({ context: { document, extract, name } }: Context) {
  const { t, rich } = useWords()
  const { title = '', pages: count = 1 } = extract ?? {}
  const links = [
    ['source', t('Read it')],
    ['continue-elsewhere', t(pages.handoffLabel)],
    ['other-document', t('Choose another document')],
    ['forget', t('Forget what was said')],
    ['end', t('End the conversation')],
  ] as const
  return (
    <>
      <p>
        <bdi>{title || document?.name}</bdi>{' '}
        <span className="hint">{count === 1 ? t('One page') : t('{count} pages', { count })}</span>
      </p>
      <p className="hint">{rich('You ask as {name}.', { name: <bdi>{name}</bdi> })}</p>
      <ul className="plain-list">
        {links.map(([path, label]) => (
          <li key={path}>
            <Link href={stepUrl(pages, path)}>{label}</Link>
          </li>
        ))}
      </ul>
    </>
  )
}
