// One saved session in the list.

import type { SavedSession } from 'dogear'
import { pagesOf } from '../../flows/pages.ts'
import { openSaved } from '../../lib/devices/actions.ts'
import { stepUrl } from '../../lib/view.ts'
import { ageOf } from '../../lib/words.ts'
import { ActionForm } from '../action-form.tsx'
import { ButtonLink, Link } from '../link.tsx'
import { LocalTime } from '../local-time.tsx'

export function SavedCard({ saved, now }: { saved: SavedSession; now: number }) {
  const { session, flow, status, title, path, updatedAt, expiresAt, here } = saved
  const pages = pagesOf(flow)
  if (!pages) return null
  return (
    <li className="sheet card">
      <div>
        <h2>{pages.title}</h2>
        <p>{status === 'done' ? 'Finished' : title ? `Stopped at ${title}` : 'Started'}</p>
        <p className="hint">
          Last change {ageOf(now - updatedAt)}. Kept until <LocalTime at={expiresAt} as="date" />.
          {here && ' Open in this browser.'}
        </p>
      </div>
      <div className="actions">
        {here ? (
          <ButtonLink href={path ? stepUrl(pages, path) : pages.base}>
            Continue<span className="visually-hidden"> {pages.title}</span>
          </ButtonLink>
        ) : (
          <ActionForm action={openSaved} fields={{ flow, session }}>
            Continue<span className="visually-hidden"> {pages.title}</span>
          </ActionForm>
        )}
        <Link href={`/saved/delete?${new URLSearchParams({ session })}`}>
          Delete<span className="visually-hidden"> {pages.title}</span>
        </Link>
      </div>
    </li>
  )
}
