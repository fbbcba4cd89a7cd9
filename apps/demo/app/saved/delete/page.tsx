// The question before a saved session is deleted.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ActionForm } from '../../../components/action-form.tsx'
import { Link } from '../../../components/link.tsx'
import { pagesOf } from '../../../flows/pages.ts'
import { removeSaved } from '../../../lib/devices/actions.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { savedSession } from '../../../lib/saved.ts'
import { wordsHere } from '../../../lib/words-here.ts'

type DeleteProps = { searchParams: SearchParams }

export async function generateMetadata({ searchParams }: DeleteProps): Promise<Metadata> {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const { t } = await wordsHere()
  return { title: `${t(`Delete this ${pagesOf(saved?.flow)?.noun ?? 'order'}?`)} – Marginalia` }
}

export default async function Delete({ searchParams }: DeleteProps) {
  const { t } = await wordsHere()
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const pages = pagesOf(saved?.flow)
  if (!saved || !pages) redirect('/saved?problem=not_found')
  const { flow, session, title } = saved
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{t(`Delete this ${pages.noun}?`)}</h1>
      <p className="lede">
        {title
          ? t('{what}, stopped at {step}.', { what: t(pages.title), step: title })
          : t('{what}, finished.', { what: t(pages.title) })}{' '}
        {t('Its answers are deleted on every device. They cannot be brought back.')}
      </p>
      <div className="actions">
        <ActionForm action={removeSaved} fields={{ flow, session }}>
          {t('Delete it')}
        </ActionForm>
        <Link href="/saved">{t('Keep it')}</Link>
      </div>
    </div>
  )
}
