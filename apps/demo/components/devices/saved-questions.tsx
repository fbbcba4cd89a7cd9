// The questions before a saved session replaces another one, or is deleted.

import type { SavedSession } from 'dogear'
import { pagesOf } from '../../flows/pages.ts'
import { openSaved, removeSaved } from '../../lib/devices/actions.ts'
import { ageOf } from '../../lib/words.ts'
import { ActionForm } from '../action-form.tsx'
import { Link } from '../link.tsx'

type ChooseSavedProps = { saved: SavedSession; here: SavedSession | undefined; now: number }

/** `here` is what this browser has of the flow, if it is the account's too. */
export function ChooseSaved({ saved, here, now }: ChooseSavedProps) {
  const pages = pagesOf(saved.flow)
  if (!pages) return null
  const { noun, base } = pages
  return (
    <section className="notice" aria-labelledby="choose-title">
      <h2 id="choose-title">This device has another {noun} already</h2>
      <p>
        The saved one: {saved.title ?? 'finished'}, last changed {ageOf(now - saved.updatedAt)}.
        {here && ` The one here: ${here.title ?? 'finished'}, last changed ${ageOf(now - here.updatedAt)}.`} Which one
        do you want on this device?{' '}
        {here
          ? 'The other one stays in your list.'
          : 'The one here is not in your list: without it being open elsewhere, nobody can get back to it.'}
      </p>
      <div className="actions">
        <ActionForm action={openSaved} fields={{ flow: saved.flow, session: saved.session, keep: 'saved' }}>
          Open the saved one
        </ActionForm>
        <Link className="button quiet" href={base}>
          Keep the one here
        </Link>
      </div>
    </section>
  )
}

export function DeleteSaved({ saved }: { saved: SavedSession }) {
  const pages = pagesOf(saved.flow)
  if (!pages) return null
  return (
    <section className="notice wrong" aria-labelledby="delete-title">
      <h2 id="delete-title">Delete this {pages.noun}?</h2>
      <p>
        {pages.title}, {saved.title ?? 'finished'}. Its answers are deleted on every device and cannot be brought back.
      </p>
      <div className="actions">
        <ActionForm action={removeSaved} fields={{ flow: saved.flow, session: saved.session }}>
          Delete it
        </ActionForm>
        <Link className="button quiet" href="/saved">
          Keep it
        </Link>
      </div>
    </section>
  )
}
