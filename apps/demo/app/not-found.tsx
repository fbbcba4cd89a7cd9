// The page for an address that does not exist.

import type { Metadata } from 'next'
import { ButtonLink, Link } from '../components/link.tsx'
import { wordsHere } from '../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t('There is no page at this address')} – Marginalia` }
}

export default async function NotFound() {
  const { t } = await wordsHere()
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{t('There is no page at this address')}</h1>
      <p className="lede">{t('If you typed the address, check it. If you followed a link, it may be out of date.')}</p>
      <div className="actions">
        <ButtonLink href="/checkout">{t('Go to where you stopped')}</ButtonLink>
        <Link href="/">{t('Home')}</Link>
      </div>
    </div>
  )
}
