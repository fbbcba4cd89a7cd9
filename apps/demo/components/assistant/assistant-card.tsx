// The card on the home page that leads to the assistant.

import { assistantPages } from '../../flows/assistant/pages.ts'
import { readView } from '../../lib/read-view.ts'
import { assistant } from '../../lib/server.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { Link } from '../link.tsx'

export async function AssistantCard() {
  const { t } = await wordsHere()
  const view = await readView(assistant)
  if (!view) return null
  const begun = view.saved || view.gone !== null
  return (
    <section className="sheet welcome" aria-labelledby="assistant-card-title">
      <h2 id="assistant-card-title">{t('Reading room')}</h2>
      <p>
        {t('Hand in a document, then ask as many questions about it as you like.')}{' '}
        {t('Begin at your desk, and go on with your phone on the way home.')}
      </p>
      <p>
        <Link href={assistantPages.base}>{begun ? t('Go on with your conversation') : t('Ask a document')}</Link>
      </p>
    </section>
  )
}
