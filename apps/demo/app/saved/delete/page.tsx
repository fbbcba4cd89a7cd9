// The question before a saved session is deleted.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { ActionForm } from '../../../components/action-form.tsx'
import { Link } from '../../../components/link.tsx'
import { pagesOf } from '../../../flows/pages.ts'
import { removeSaved } from '../../../lib/devices/actions.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { savedSession } from '../../../lib/saved.ts'

type DeleteProps = { searchParams: SearchParams }

const question = (noun: string) => `Delete this ${noun}?`

export async function generateMetadata({ searchParams }: DeleteProps): Promise<Metadata> {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  return { title: `${question(pagesOf(saved?.flow)?.noun ?? '')} – Marginalia` }
}

export default async function Delete({ searchParams }: DeleteProps) {
  const saved = await savedSession((await readQuery(searchParams))('session'))
  const pages = pagesOf(saved?.flow)
  if (!saved || !pages) redirect('/saved?problem=not_found')
  const { flow, session, title } = saved
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{question(pages.noun)}</h1>
      <p className="lede">
        {pages.title}, {title ? `stopped at ${title}` : 'finished'}. Its answers are deleted on every device. They
        cannot be brought back.
      </p>
      <div className="actions">
        <ActionForm action={removeSaved} fields={{ flow, session }}>
          Delete it
        </ActionForm>
        <Link href="/saved">Keep it</Link>
      </div>
    </div>
  )
}
