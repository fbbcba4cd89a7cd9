// The frame around every page.

import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/forms.css'
import './styles/choices.css'
import './styles/parts.css'
import './styles/order.css'
import './styles/application.css'
import './styles/assistant.css'
import './styles/devices.css'
import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { FocusOnNavigation } from '../components/focus-on-navigation.tsx'
import { LanguageSwitch } from '../components/language-switch.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { WordsProvider } from '../components/words.tsx'
import { textsOf } from '../lib/language.ts'
import { wordsHere } from '../lib/words-here.ts'
import { languages } from '../words/words.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return {
    title: `Marginalia – ${t('a Dogear demonstration')}`,
    description: t('A checkout that keeps your place.'),
    robots: { index: false },
    formatDetection: { telephone: false, address: false, email: false },
  }
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf7f1' },
    { media: '(prefers-color-scheme: dark)', color: '#15181a' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Scripts carry a nonce of their request, so no page can be made ahead of one.
  await connection()
  const { lang, t } = await wordsHere()
  return (
    <html lang={lang} dir={languages[lang].dir}>
      <body>
        <WordsProvider lang={lang} texts={textsOf(lang)}>
          <a className="skip-link" href="#content">
            {t('Skip to content')}
          </a>
          <FocusOnNavigation />
          <SiteHeader />
          <main className="content" id="content" tabIndex={-1}>
            {children}
          </main>
          <footer className="site-footer">
            <LanguageSwitch lang={lang} />
            <p>
              {t('A demonstration of Dogear.')}{' '}
              {t('This bookshop does not exist: nothing is charged, and nothing is delivered.')}
            </p>
          </footer>
        </WordsProvider>
      </body>
    </html>
  )
}
