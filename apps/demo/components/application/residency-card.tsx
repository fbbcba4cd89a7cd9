// The card on the home page that leads to the application.

import { applicationPages } from '../../flows/application/pages.ts'
import { readView } from '../../lib/read-view.ts'
import { application } from '../../lib/server.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { Link } from '../link.tsx'

export async function ResidencyCard() {
  const { t } = await wordsHere()
  const view = await readView(application)
  if (!view) return null
  const begun = view.saved || view.gone !== null
  return (
    <section className="sheet welcome" aria-labelledby="residency-card-title">
      <h2 id="residency-card-title">{t('Writers’ residency')}</h2>
      <p>
        {t('Two months by the sea to finish your book.')}{' '}
        {t('The form is longer: fill it in over several days, on any of your devices.')}
      </p>
      <p>
        <Link href={applicationPages.base}>{begun ? t('See your application') : t('Apply for the residency')}</Link>
      </p>
    </section>
  )
}
