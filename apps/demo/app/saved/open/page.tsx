// The question before a saved session takes the place of another one in this browser.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ActionForm } from '../../../components/action-form.tsx'
import { Link } from '../../../components/link.tsx'
import { nameOf, pagesOf } from '../../../flows/pages.ts'
import { openSaved } from '../../../lib/devices/actions.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { savedSession, savedSessions } from '../../../lib/saved.ts'
import { http } from '../../../lib/server.ts'
import { ageOf } from '../../../lib/words.ts'
import { wordsHere } from '../../../lib/words-here.ts'

type OpenProps = { searchParams: SearchParams }

export async function generateMetadata({ searchParams }: OpenProps): Promise<Metadata> {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const { t } = await wordsHere()
  return { title: `${t(`Which ${pagesOf(saved && nameOf(saved))?.noun ?? 'order'} do you want here?`)} – Marginalia` }
}

export default async function Open({ searchParams }: OpenProps) {
  const words = await wordsHere()
  const { t } = words
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const pages = pagesOf(saved && nameOf(saved))
  if (!saved || !pages) redirect('/saved?problem=not_found')
  const { session } = saved
  const { flow, noun, base } = pages
  const now = http.engine.now()
  // The session of this browser, if it is the account's, too.
  const here = (await savedSessions())?.find((other) => nameOf(other) === flow && other.here)
  const told = ({ title, updatedAt }: typeof saved) =>
    t('{step}, last changed {age}', { step: title ?? t('finished'), age: ageOf(now - updatedAt, words) })
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{t(`Which ${noun} do you want here?`)}</h1>
      <p className="lede">{t(`This browser has another ${noun} open.`)}</p>
      <p>
        {t('The saved one: {what}.', { what: told(saved) })} {here && t('The one here: {what}.', { what: told(here) })}
      </p>
      <p>
        {here
          ? t('The other one stays in your list.')
          : [
              t(`The ${noun} here is not in your list.`),
              t('If no other device has it open, you cannot come back to it.'),
            ].join(' ')}
      </p>
      <div className="actions">
        <ActionForm action={openSaved} fields={{ flow, session, keep: 'saved' }}>
          {t('Open the saved one')}
        </ActionForm>
        <Link href={base}>{t('Keep the one here')}</Link>
      </div>
    </div>
  )
}
