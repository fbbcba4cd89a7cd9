// A question before something is done that cannot be undone.

import { redirect } from 'next/navigation'
import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { readView } from '../../../lib/read-view.ts'
import { assistant } from '../../../lib/server.ts'
import { currentUrl } from '../../../lib/view.ts'
import { wordsHere } from '../../../lib/words-here.ts'
import type { Text } from '../../../words/words.ts'
import { SessionPage } from '../../devices/session-page.tsx'
import { Link } from '../../link.tsx'
import { UnavailablePage } from '../../unavailable-page.tsx'
import { ConfirmForm } from './confirm-form.tsx'

type ConfirmProps = {
  /** The event that is sent when the person agrees. */
  type: AssistantView['accepts'][number]
  title: Text
  text: readonly Text[]
  agree: Text
}

export async function ConfirmPage({ type, title, text, agree }: ConfirmProps) {
  const { t, sentences } = await wordsHere()
  const view = await readView(assistant)
  if (!view) return <UnavailablePage />
  if (!view.gone && !view.accepts.includes(type)) redirect(currentUrl(pages, view))
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <h1 tabIndex={-1}>{t(title)}</h1>
        <p className="lede">{sentences(text)}</p>
        <div className="actions">
          <ConfirmForm view={view} type={type} label={t(agree)} />
          <Link href={currentUrl(pages, view)}>{t('Back to the conversation')}</Link>
        </div>
      </div>
    </SessionPage>
  )
}
