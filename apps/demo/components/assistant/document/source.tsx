// One part of the text of a document: its passages, each of which can be linked to, under the pages they are on.

import { assistantPages as pages, passagesShown } from '../../../flows/assistant/pages.ts'
import type { Passage, Passages } from '../../../lib/assistant/index.ts'
import { stepUrl } from '../../../lib/view.ts'
import { wordsHere } from '../../../lib/words-here.ts'
import { BackLink } from '../../link.tsx'

type SourceProps = { name: string; found: Passages | undefined; part: number }

export async function Source({ name, found, part: given }: SourceProps) {
  const { t } = await wordsHere()
  const { title, pages: count, passages } = found ?? { title: '', pages: 1, passages: [] }
  const parts = Math.max(1, Math.ceil(passages.length / passagesShown))
  const part = Number.isInteger(given) && given >= 1 && given <= parts ? given : 1
  const shown = passages.slice((part - 1) * passagesShown, part * passagesShown)
  return (
    <div className="stack measure">
      <BackLink href={pages.base}>{t('Back to the conversation')}</BackLink>
      <div className="heading">
        <h1 tabIndex={-1}>{t('Your document')}</h1>
        <p className="lede">
          <bdi>{title || name}</bdi>
        </p>
      </div>
      {found ? (
        <p className="hint">{t('This is the text as it was read, without its pictures and its layout.')}</p>
      ) : (
        <p>{t('Its text is not here any more. Choose the document again to go on.')}</p>
      )}
      {byPage(shown).map(({ page, passages: ofPage }) => (
        <section key={page} className="source-page" aria-label={t('Page {page}', { page })}>
          {count > 1 && <h2>{t('Page {page}', { page })}</h2>}
          {ofPage.map(({ n, text }) => (
            <p key={n} id={`passage-${n}`} tabIndex={-1} dir="auto">
              {text}
            </p>
          ))}
        </section>
      ))}
      {parts > 1 && (
        <nav className="parts" aria-label={t('Parts of the document')}>
          {part > 1 && <a href={partUrl(part - 1)}>{t('Before')}</a>}
          <span>{t('Part {number} of {of}', { number: part, of: parts })}</span>
          {part < parts && <a href={partUrl(part + 1)}>{t('After')}</a>}
        </nav>
      )}
    </div>
  )
}

const partUrl = (part: number): string => `${stepUrl(pages, 'source')}?part=${part}`

function byPage(passages: readonly Passage[]): { page: number; passages: Passage[] }[] {
  const found: { page: number; passages: Passage[] }[] = []
  for (const passage of passages) {
    const last = found.at(-1)
    if (last?.page === passage.page) last.passages.push(passage)
    else found.push({ page: passage.page, passages: [passage] })
  }
  return found
}
