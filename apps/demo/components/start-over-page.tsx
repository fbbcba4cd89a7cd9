// The question before a session is ended, for any flow.

import type { Flow } from 'dogear'
import { redirect } from 'next/navigation'
import type { FlowPages } from '../lib/flow-pages.ts'
import { readView } from '../lib/read-view.ts'
import { startOverTitle } from '../lib/titles.ts'
import { currentUrl } from '../lib/view.ts'
import { wordsHere } from '../lib/words-here.ts'
import { SessionPage } from './devices/session-page.tsx'
import { Link } from './link.tsx'
import { StartOver } from './start-over.tsx'
import { UnavailablePage } from './unavailable-page.tsx'

export async function StartOverPage({ pages, flow }: { pages: FlowPages; flow: Flow }) {
  const { t } = await wordsHere()
  const view = await readView(flow, pages)
  if (!view) return <UnavailablePage />
  if (!view.saved && !view.gone) redirect(pages.start)
  if (view.pending.length > 0) redirect(`${currentUrl(pages, view)}?problem=effect_pending`)
  const { noun } = pages
  const done = view.status === 'done'
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <h1 tabIndex={-1}>{startOverTitle(t, pages, view)}</h1>
        {done ? (
          <p className="lede">
            {t(`Your ${noun} stays as it is, but this browser does not show it any more.`)}{' '}
            {t('Note its reference first.')}
          </p>
        ) : (
          <p className="lede">
            {t(`All answers of this ${noun} are deleted, on every device.`)} {t('They cannot be brought back.')}
          </p>
        )}
        <div className="actions">
          <StartOver
            label={done ? `Start a new ${noun}` : 'Delete my answers and start over'}
            pages={pages}
            look="button"
          />
          <Link href={currentUrl(pages, view)}>{done ? t('Back to the reference') : t(`Keep this ${noun}`)}</Link>
        </div>
      </div>
    </SessionPage>
  )
}
