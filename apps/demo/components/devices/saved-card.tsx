// One saved session in the list.

import type { SavedSession } from 'dogear'
import { nameOf, pagesOf } from '../../flows/pages.ts'
import { openSaved } from '../../lib/devices/actions.ts'
import { stepUrl } from '../../lib/view.ts'
import { ageOf } from '../../lib/words.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { ActionForm } from '../action-form.tsx'
import { ButtonLink, Link } from '../link.tsx'
import { LocalTime } from '../local-time.tsx'

export async function SavedCard({ saved, now }: { saved: SavedSession; now: number }) {
  const { session, status, title, path, updatedAt, expiresAt, here } = saved
  const pages = pagesOf(nameOf(saved))
  if (!pages) return null
  const words = await wordsHere()
  const { t, rich } = words
  const name = t(pages.title)
  return (
    <li className="sheet card">
      <div>
        <h2>{name}</h2>
        <p>{status === 'done' ? t('Finished') : title ? t('Stopped at {step}', { step: title }) : t('Started')}</p>
        <p className="hint">
          {t('Last change {age}.', { age: ageOf(now - updatedAt, words) })}{' '}
          {rich('Kept until {when}.', { when: <LocalTime at={expiresAt} as="date" /> })}
          {here && ` ${t('Open in this browser.')}`}
        </p>
      </div>
      <div className="actions">
        {here ? (
          <ButtonLink href={path ? stepUrl(pages, path) : pages.base}>
            {t('Continue')}
            <span className="visually-hidden"> {name}</span>
          </ButtonLink>
        ) : (
          <ActionForm action={openSaved} fields={{ flow: pages.flow, session }}>
            {t('Continue')}
            <span className="visually-hidden"> {name}</span>
          </ActionForm>
        )}
        <Link href={`/saved/delete?${new URLSearchParams({ session })}`}>
          {t('Delete')}
          <span className="visually-hidden"> {name}</span>
        </Link>
      </div>
    </li>
  )
}
