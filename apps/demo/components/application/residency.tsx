'use client'
// The offer of the residency, beside the page where there is room.

import { useWords } from '../words.tsx'

export function Residency() {
  const { t } = useWords()
  return (
    <aside className="only-wide sheet dogear residency" aria-labelledby="residency-title">
      <h2 id="residency-title">{t('The residency')}</h2>
      <ul>
        <li>{t('Two months in the writers’ house by the sea')}</li>
        <li>{t('A desk with a door that closes')}</li>
        <li>{t('£4,000 towards your living')}</li>
        <li>{t('Room for those you bring')}</li>
      </ul>
    </aside>
  )
}
